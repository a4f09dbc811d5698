/** A comparison as text: a line a group of runs, and under it the published row that it follows, if there is one. */
import type { Comparison, Group, Spread } from '../lab/report/compare.ts';
import type { Figure, PublishedRow } from '../lab/published/published-row.ts';
import { exponent } from './cost-table.ts';

/** Heading, width. */
const COLUMNS = [
  ['runs', 6],
  ['class-IL %', 15],
  ['task-IL %', 15],
  ['forgetting %', 15],
  ['FLOPs', 11],
  ['as published', 14],
  ['train s', 16],
  ['ms a step', 14],
  ['MB', 8],
  ['live %', 8],
] as const;
const INDENT = 4;

/** All groups. */
export function comparisonTable({ groups }: Comparison): string {
  const lines = groups.flatMap((group) => [
    group.name,
    line(cells(group)),
    ...(group.published ? publishedLines(group.published) : []),
    ...group.remarks.map((remark) => `${' '.repeat(INDENT)}! ${remark}`),
    '',
  ]);
  const recalled = groups.some(({ published }) => published && isRecalled(published));
  return [
    line(COLUMNS.map(([heading]) => heading)),
    ...lines,
    'Mean ± sample deviation over seeds. FLOPs: every pass of every row; as published: replay forward only.',
    ...(recalled ? ['(?) recalled from memory, unverified: not to be quoted.'] : []),
    '',
  ].join('\n');
}

const line = (texts: readonly string[]): string =>
  ' '.repeat(INDENT) + texts.map((text, i) => text.padStart(COLUMNS[i]![1])).join('');

function cells(group: Group): string[] {
  return [
    String(group.seeds.length),
    percent(group.classIncremental),
    percent(group.taskIncremental),
    group.forgetting ? percent(group.forgetting) : '–',
    exponent(group.flops.mean),
    exponent(group.publishedFlops.mean),
    plain(group.trainSeconds),
    plain(group.millisecondsPerStep),
    (group.trainingBytes.mean / 1e6).toPrecision(3),
    (100 * group.density.mean).toFixed(1),
  ];
}

function publishedLines(row: PublishedRow): string[] {
  const accuracy = (figure: Figure | null) =>
    figure ? around(figure.mean, figure.deviation, 1) + mark(figure) : '–';
  const flops = row.flops ? exponent(row.flops.mean) + mark(row.flops) : '–';
  const texts = ['', accuracy(row.classIncremental), accuracy(row.taskIncremental), '', '', flops];
  return [
    line(texts),
    `${' '.repeat(INDENT)}^ published: ${row.method}${row.sparsity > 0 ? ` ${String(row.sparsity)}` : ''}, ` +
      `${row.source}${row.note === undefined ? '' : `; ${row.note}`}`,
  ];
}

const isRecalled = ({ classIncremental, taskIncremental, flops }: PublishedRow): boolean =>
  [classIncremental, taskIncremental, flops].some((figure) => figure?.known === 'recalled');

const mark = ({ known }: Figure): string => (known === 'recalled' ? ' (?)' : '');

const around = (mean: number, deviation: number | null, digits: number): string =>
  deviation === null
    ? mean.toFixed(digits)
    : `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;

const percent = ({ mean, deviation }: Spread): string =>
  around(100 * mean, deviation === null ? null : 100 * deviation, 1);

const plain = ({ mean, deviation }: Spread): string => around(mean, deviation, 1);

/** The columns of the table of runs: what each shows, what it is sorted by, and which way round is the first. */
import { formatBytes, formatCount, formatPercent, formatRate } from '../style/format.ts';
import type { RunNumbers, RunSummary } from './run-summary.ts';

export type SortKey =
  | 'name'
  | 'startedAt'
  | 'steps'
  | 'classIncremental'
  | 'taskIncremental'
  | 'forgetting'
  | 'density'
  | 'flops'
  | 'bytes'
  | 'millisecondsPerStep'
  | 'adapter';

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

interface Column {
  readonly key: SortKey;
  /** For a table's head. */
  readonly title: string;
  /** What the figure is: part of a sentence, and a tooltip. */
  readonly about: string;
  /** More is better, or later is first: the first press sorts from the top down. */
  readonly descending: boolean;
}

export interface NumberColumn extends Column {
  readonly text: (numbers: RunNumbers) => string;
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** Floating-point operations in three digits and an SI prefix: 1.52e13 → "15.2 T"; "–" for null. */
export function formatFlops(flops: number | null): string {
  if (flops === null) return '–';
  let value = flops;
  let prefix = 0;
  while (value >= 999.5 && prefix < PREFIXES.length - 1) {
    value /= 1000;
    prefix++;
  }
  return `${String(Number(value.toPrecision(3)))} ${PREFIXES[prefix]!}`.trim();
}

/** The figures of a run, in the order of the table. */
export const NUMBER_COLUMNS: readonly NumberColumn[] = [
  {
    key: 'classIncremental',
    title: 'Accuracy',
    about: 'average accuracy over the tasks seen, all classes being possible answers',
    descending: true,
    text: (run) => formatPercent(run.classIncremental),
  },
  {
    key: 'taskIncremental',
    title: 'With task told',
    about: 'the same where the task is told and only its classes are possible answers',
    descending: true,
    text: (run) => formatPercent(run.taskIncremental),
  },
  {
    key: 'forgetting',
    title: 'Forgetting',
    about: 'by how much accuracy on earlier tasks fell from its best, on average',
    descending: false,
    text: (run) => formatPercent(run.forgetting),
  },
  {
    key: 'density',
    title: 'Live',
    about: 'share of the weights of the sparse layers that exists at the end',
    descending: false,
    text: (run) => formatPercent(run.density),
  },
  {
    key: 'flops',
    title: 'FLOPs',
    about: 'floating-point operations that training executed',
    descending: false,
    text: (run) => formatFlops(run.flops),
  },
  {
    key: 'bytes',
    title: 'Memory',
    about: 'bytes on the GPU that training takes, images and replay apart',
    descending: false,
    text: (run) => (run.bytes === null ? '–' : formatBytes(run.bytes)),
  },
  {
    key: 'millisecondsPerStep',
    title: 'ms a step',
    about: 'milliseconds of a training step',
    descending: false,
    text: (run) => (run.millisecondsPerStep === null ? '–' : formatRate(run.millisecondsPerStep)),
  },
  {
    key: 'steps',
    title: 'Steps',
    about: 'training steps that were done',
    descending: true,
    text: (run) => formatCount(run.steps),
  },
];

export const NAME: Column = { key: 'name', title: 'Run', about: 'name', descending: false };
export const STARTED: Column = {
  key: 'startedAt',
  title: 'Begun',
  about: 'when it began',
  descending: true,
};
export const ADAPTER: Column = {
  key: 'adapter',
  title: 'Device',
  about: 'what it ran on',
  descending: false,
};

/** All of them, for a menu. */
export const COLUMNS: readonly Column[] = [STARTED, NAME, ...NUMBER_COLUMNS, ADAPTER];

/** What a press on a column's head asks for: its own first way round, then the other. */
export function pressed(now: Sorting, key: SortKey): Sorting {
  const column = COLUMNS.find((each) => each.key === key);
  return {
    key,
    descending: now.key === key ? !now.descending : (column?.descending ?? false),
  };
}

/** Pinned runs first, then by the column; what is not known comes last either way, and ties go by age. */
export function sorted(runs: readonly RunSummary[], { key, descending }: Sorting): RunSummary[] {
  const way = descending ? -1 : 1;
  return [...runs].sort((a, b) => {
    if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
    const [one, other] = [a[key], b[key]];
    if (one === null || other === null) {
      if (one !== other) return one === null ? 1 : -1;
    } else if (one !== other) {
      return way * compare(one, other);
    }
    return b.startedAt.localeCompare(a.startedAt);
  });
}

function compare(one: string | number, other: string | number): number {
  return typeof one === 'number' && typeof other === 'number'
    ? one - other
    : String(one).localeCompare(String(other), 'en', { numeric: true, sensitivity: 'base' });
}

const when = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** "22 Nov, 14:05"; as it is where it is no date. */
export function formatMoment(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : when.format(date);
}

/** How far a run came: "finished", "stopped after 2 of 5 tasks". */
export function formatEnd(run: RunNumbers): string {
  if (run.finished) return 'finished';
  const tasks = `${formatCount(run.tasks)} of ${formatCount(run.plannedTasks)}`;
  return `stopped after ${tasks} tasks`;
}

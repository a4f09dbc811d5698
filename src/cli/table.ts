/** The final table of a run, as text. */
import type { Event } from '../lab/protocol.ts';
import type { Report } from '../lab/report/report.ts';
import type { Tuned } from '../nn/convolution/tune.ts';
import { adapterName, duration, percent } from './progress.ts';

/** Accuracy matrices, metrics and timing of a report. */
export function reportTable(report: Report): string {
  const { config, classIncremental, taskIncremental, timing } = report;
  const lines = [
    `${report.data.title}, ${config.model} width ${config.width}, ${config.strategy}, seed ${config.seed}`,
    '',
    ...matrix('class-incremental accuracy', classIncremental),
    '',
    ...matrix('task-incremental accuracy', taskIncremental),
    '',
    ...metrics(report),
    '',
    ...ledgerTable(report),
    '',
    `${report.steps} steps in ${duration(timing.trainSeconds)}: ` +
      `${timing.millisecondsPerStep.toFixed(1)} ms and ${report.dispatchesPerStep} dispatches a step ` +
      `in ${timing.submitsPerStep} submit${timing.submitsPerStep === 1 ? '' : 's'}, ` +
      `${report.buffersCreatedPerStep} buffers created; ` +
      `${timing.imagesPerSecond.toFixed(0)} images/s; ` +
      `${(report.peakGpuBytes / 2 ** 20).toFixed(1)} MiB of GPU memory`,
    `adapter: ${adapterName(report.adapter)}`,
  ];
  return `${lines.join('\n')}\n`;
}

type Line = Report['ledger']['step']['all'];
type Scenario = Report['classIncremental'];

function matrix(title: string, { untrained, matrix: rows }: Scenario): string[] {
  const cell = (share: number) => percent(share).padStart(8);
  const head = untrained.map((_, j) => `task ${j + 1}`.padStart(8)).join('');
  const line = (name: string, row: readonly number[]) => name.padEnd(28) + row.map(cell).join('');
  return [
    title.padEnd(28) + head,
    line('untrained', untrained),
    ...rows.map((row, i) => line(rows.length > 1 ? `after task ${i + 1}` : 'trained', row)),
  ];
}

function metrics({ classIncremental, taskIncremental }: Report): string[] {
  const of = (name: string, key: keyof Scenario['metrics']) => {
    const value = (share: number | null) => (share === null ? '–' : percent(share)).padStart(18);
    return (
      name.padEnd(28) + value(classIncremental.metrics[key]) + value(taskIncremental.metrics[key])
    );
  };
  return [
    ''.padEnd(28) + 'class-incremental'.padStart(18) + 'task-incremental'.padStart(18),
    of('final average accuracy', 'finalAccuracy'),
    of('anytime average accuracy', 'anytimeAccuracy'),
    of('forgetting', 'forgetting'),
    of('backward transfer', 'backwardTransfer'),
    of('forward transfer', 'forwardTransfer'),
  ];
}

/** What a step executes and moves, and the bytes that training takes. */
function ledgerTable({ ledger, model, trainingBytes, gpuBytesByKind }: Report): string[] {
  const cell = (value: number) => millions(value).padStart(12);
  const line = (name: string, { macs, denseMacs, bytesRead, bytesWritten, dispatches }: Line) =>
    name.padEnd(28) +
    String(dispatches).padStart(12) +
    [macs, denseMacs, bytesRead, bytesWritten].map(cell).join('');
  const { kinds, all, published } = ledger.step;
  const heads = ['dispatches', 'MMAC', 'MMAC dense', 'MB read', 'MB written'];
  const bytes = Object.entries(gpuBytesByKind).map(([kind, count]) => `${kind} ${millions(count)}`);
  return [
    'a step'.padEnd(28) + heads.map((head) => head.padStart(12)).join(''),
    ...Object.entries(kinds)
      .filter(([, { dispatches }]) => dispatches > 0)
      .map(([kind, counted]) => line(kind, counted)),
    line('all', all),
    'replay charged forward only'.padEnd(40) + cell(published.macs) + cell(published.denseMacs),
    '',
    `${percent(model.density)} of ${model.parameters} parameters exist; ` +
      `training takes ${millions(trainingBytes)} MB`,
    `MB by kind: ${bytes.join(', ')}`,
  ];
}

/** Three digits, or all before the point where there are more. */
const millions = (value: number): string =>
  value >= 999.5e6 ? String(Math.round(value / 1e6)) : String(Number((value / 1e6).toPrecision(3)));

/** Which kernel does each shape class, and the time of every kernel that was measured. */
export function tuningTable({ table, times }: Tuned): string {
  const measured = new Map(times.map((each) => [each.shapeClass, each.ms]));
  const lines = Object.entries(table).flatMap(([of, chosen]) => {
    const ms = Object.entries(measured.get(of) ?? {}).sort(([, a], [, b]) => a - b);
    return [
      `${of}: ${chosen}${ms.length === 0 ? ' (known before)' : ''}`,
      ...ms.map(([name, each]) => `    ${each.toFixed(3).padStart(10)} ms  ${name}`),
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** Entries that take less than this share of a step are added up in one line. */
const SMALL = 0.005;

/** Where the time of a step goes, by dispatch. */
export function profileTable(entries: Extract<Event, { type: 'profile' }>['entries']): string {
  if (!entries) return 'This adapter has no timestamps, so there is no profile.\n';
  const total = entries.reduce((sum, { ms }) => sum + ms, 0);
  const line = (label: string, kind: string, ms: number, macs: number) =>
    label.padEnd(40) +
    kind.padEnd(17) +
    ms.toFixed(3).padStart(10) +
    percent(ms / total).padStart(9) +
    (macs > 0 ? ((2 * macs) / ms / 1e6).toFixed(1) : '').padStart(9);
  const large = entries.filter(({ ms }) => ms >= SMALL * total);
  const rest = total - large.reduce((sum, { ms }) => sum + ms, 0);
  const lines = [
    'dispatch'.padEnd(40) + 'kind'.padEnd(17) + 'ms a step'.padStart(10) + 'GFLOP/s'.padStart(18),
    ...large.map(({ label, kind, ms, macs }) => line(label, kind, ms, macs)),
    line(`${entries.length - large.length} others`, '', rest, 0),
    line('all', '', total, 0),
  ];
  return `${lines.join('\n')}\n`;
}

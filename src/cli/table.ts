/** The final table of a run, as text. */
import type { Event } from '../lab/protocol.ts';
import type { Report } from '../lab/report.ts';
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

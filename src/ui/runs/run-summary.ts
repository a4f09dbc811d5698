/**
 * A recording in a line of a table: what a run was, how far it came and what it reached, so that a list of runs can
 * be read without opening any of them. A finished run is told by its report; a stopped one by what was recorded.
 */
import type { Config } from '../../lab/config/config.ts';
import { trainsJointly } from '../../lab/config/joint.ts';
import { TRAINING_MEMORY } from '../../lab/report/ledger.ts';
import type { AdapterSummary } from '../../lab/protocol.ts';
import { PRESETS } from '../../lab/presets/registry.ts';
import { recordedSteps, type Recording } from '../../lab/recording/recording.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import { summarise } from '../view/matrix-summary.ts';
import { matrixAt, type Scenario } from '../view/moment.ts';

/** What a run measured; null where it is not known. */
export interface RunNumbers {
  /** Steps that were done, and those that the whole run would have. */
  readonly steps: number;
  readonly plannedSteps: number;
  /** Tasks that were finished and tested, and those of the stream. */
  readonly tasks: number;
  readonly plannedTasks: number;
  /** It came to its end and left a report. */
  readonly finished: boolean;
  /** Mean accuracy on the tasks seen, in [0, 1]. */
  readonly classIncremental: number | null;
  readonly taskIncremental: number | null;
  /** Class-incremental, in [0, 1]. */
  readonly forgetting: number | null;
  /** Share of the weights of the sparse layers that lives at the end; 1 for a dense run. */
  readonly density: number | null;
  /** Floating-point operations that training executed, two a multiply-accumulate. */
  readonly flops: number | null;
  /** Bytes on the GPU that training takes; images, replay and evaluation are not among them. */
  readonly bytes: number | null;
  readonly millisecondsPerStep: number | null;
}

/** A run as the list of runs keeps it. */
export interface RunSummary extends RunNumbers {
  readonly id: string;
  readonly name: string;
  readonly preset: string | null;
  readonly config: Config;
  /** ISO 8601. */
  readonly startedAt: string;
  /** In words; null where it is not known. */
  readonly adapter: string | null;
  readonly pinned: boolean;
  /** When it was deleted, in milliseconds since 1970; null while it is kept. */
  readonly deletedAt: number | null;
  /** It was deleted to make room, not by hand. */
  readonly madeRoom: boolean;
}

/** What is read off a recording; throws a `TypeError` where parts of it are not what they should be. */
export function runNumbers(recording: Recording): RunNumbers {
  const { report, plan, config, accuracy } = recording;
  const rows = accuracy.flatMap((row) => [row.classIncremental, row.taskIncremental]);
  if (!rows.every(Array.isArray)) throw new TypeError('accuracy: rows without lists of numbers');
  const steps = recordedSteps(recording);
  return {
    steps,
    plannedSteps: plan?.steps ?? report?.steps ?? 0,
    tasks: finishedTasks(recording),
    plannedTasks: plan?.taskEnds.length ?? config.tasks,
    finished: report !== null,
    ...accuracies(recording, steps),
    density: densityOf(recording),
    flops: report ? 2 * report.ledger.run.all.macs : flopsUntil(recording, steps),
    bytes: report?.trainingBytes ?? recordedBytes(recording),
    millisecondsPerStep: report?.timing.millisecondsPerStep ?? pacedStep(recording),
  };
}

/** The name that a run has until somebody gives it another: its preset's title, else what it does. */
export function usualName({ preset, config }: Pick<Recording, 'preset' | 'config'>): string {
  const known = PRESETS.find(({ name }) => name === preset);
  const title = known?.title ?? `${config.strategy} on ${config.data}`;
  return `${title}, seed ${String(config.seed)}`;
}

/** The adapter's own description where it has one, else vendor and architecture. */
export function adapterWords(adapter: AdapterSummary | null): string | null {
  if (!adapter) return null;
  const built = [adapter.vendor, adapter.architecture].filter((part) => part !== '').join(' ');
  return adapter.description.trim() || built || null;
}

/**
 * Floating-point operations that were executed when `at` steps were done, by the ledgers that were recorded; null
 * where there are none.
 */
export function flopsUntil({ ledger }: Recording, at: number): number | null {
  if (ledger.length === 0) return null;
  return ledger.reduce((total, entry, i) => {
    const from = i === 0 ? 0 : entry.at;
    const to = Math.min(at, ledger[i + 1]?.at ?? at);
    return total + 2 * entry.step.all.macs * Math.max(0, to - from);
  }, 0);
}

function finishedTasks({ accuracy }: Recording): number {
  return accuracy.filter(({ after }) => after >= 0).length;
}

function accuracies(
  recording: Recording,
  at: number,
): Pick<RunNumbers, 'classIncremental' | 'taskIncremental' | 'forgetting'> {
  const { report, config } = recording;
  if (report) {
    const { classIncremental, taskIncremental } = report;
    return {
      classIncremental: classIncremental.metrics.finalAccuracy,
      taskIncremental: taskIncremental.metrics.finalAccuracy,
      forgetting: classIncremental.metrics.forgetting,
    };
  }
  const far = (scenario: Scenario) =>
    summarise(matrixAt(recording, at, scenario).rows, trainsJointly(config));
  const { accuracy, forgetting } = far('classIncremental');
  return {
    classIncremental: accuracy,
    taskIncremental: far('taskIncremental').accuracy,
    forgetting,
  };
}

/** Whether a layer's weights have a mask; `layout` is a name in a report. */
const isMasked = (layout: string): boolean =>
  Object.entries<{ readonly masked: boolean }>(LAYOUTS).some(
    ([name, { masked }]) => name === layout && masked,
  );

function densityOf({ report, config, changes, masks }: Recording): number | null {
  if (!LAYOUTS[config.layout].masked) return 1;
  const last = changes.at(-1);
  if (last) return last.change.density;
  const sparse = report?.model.layers.filter(({ layout }) => isMasked(layout)) ?? [];
  if (sparse.length > 0) return share(sparse.map(({ live, weights }) => [live, weights]));
  // By units, each as large as the largest of its layer: exact but for ragged edges.
  if (masks.length === 0) return null;
  return share(
    masks.map(({ live, units, grid }) => {
      const size = grid.extent[0] * grid.extent[1];
      return [size * live.length, size * units];
    }),
  );
}

const share = (pairs: readonly (readonly [part: number, whole: number])[]): number =>
  pairs.reduce((sum, [part]) => sum + part, 0) / pairs.reduce((sum, [, whole]) => sum + whole, 0);

function recordedBytes({ ledger }: Recording): number | null {
  const bytes = ledger.at(-1)?.bytes;
  return bytes ? TRAINING_MEMORY.reduce((total, kind) => total + (bytes[kind] ?? 0), 0) : null;
}

/** The median, since a tab in the background makes some steps very long. */
function pacedStep({ pace, config }: Recording): number | null {
  const rates = pace.map(({ imagesPerSecond }) => imagesPerSecond).filter((rate) => rate > 0);
  const middle = rates.sort((a, b) => a - b)[rates.length >> 1];
  return middle === undefined ? null : (1000 * config.batch) / middle;
}

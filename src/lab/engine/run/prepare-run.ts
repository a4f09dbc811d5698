/** From a config to a run that can begin: its data set open, its parts assembled, its test images on the GPU. */
import type { AddedClass } from '../../../data/added-classes.ts';
import type { ImageSet } from '../../../data/image-set.ts';
import type { Gpu } from '../../../gpu/device.ts';
import { requireCombination } from '../../config/combinations.ts';
import type { Config } from '../../config/config.ts';
import type { DataShape } from '../../config/data-shapes.ts';
import { runLayout } from '../../config/run-layout.ts';
import type { Event } from '../../protocol.ts';
import { runTotals, type RunTotals } from '../../timeline/run-totals.ts';
import { assemble, type AssembledRun } from '../assemble/assemble.ts';
import { loadTask, openData, type OpenSet } from '../assemble/open-data.ts';
import { modelSummary } from '../assemble/model-summary.ts';
import type { TuneCache } from '../assemble/tuning.ts';

export interface RunOptions {
  readonly gpu: Gpu;
  readonly config: Config;
  /** Opens the config's data set, of which no more than `limit` images a class will be asked for. */
  readonly openSet: OpenSet;
  /** Classes of the visitor's own, of which the config wants `addedClasses`. */
  readonly added?: readonly AddedClass[];
  readonly emit: (event: Event) => void;
  /** Where measured kernel tables are kept; measured anew each time if left out. */
  readonly tuneCache?: TuneCache;
}

export interface PreparedRun extends AssembledRun {
  readonly set: ImageSet;
  readonly shape: DataShape;
  /** What the network is made of, as training begins. */
  readonly model: ReturnType<typeof modelSummary>;
  /** What its timeline adds up to. */
  readonly totals: RunTotals;
}

/**
 * Throws `ConfigError`, `StreamError`, `DataError`, `MemoryError`, `ShaderError`. `skipTuning` leaves what is not
 * tuned yet to the default kernels.
 */
export async function prepareRun(
  { gpu, config, openSet, added, emit, tuneCache }: RunOptions,
  skipTuning: AbortSignal,
): Promise<PreparedRun> {
  const preparing = (what: string) => (done: number, of: number) => {
    emit({ type: 'preparing', what, done, of });
  };
  // What cannot run is refused before anything is fetched.
  requireCombination(config);
  await runLayout(config);
  preparing('data')(0, 0);
  const { set, shape, notices } = await openData(config, openSet, added);
  for (const message of notices) emit({ type: 'notice', message });
  const totals = runTotals(config, shape);
  const run = await assemble(gpu, config, shape, {
    tuning: { cache: tuneCache, onProgress: preparing('tuning'), signal: skipTuning },
    onKernels: preparing('kernels'),
  });
  const { stream, evaluator, store, trainer } = run;
  let at = 0;
  for (const task of stream.evaluation) {
    preparing('test images')(task.index, stream.evaluation.length);
    const images = { split: 'test', limit: config.testPerClass, at, to: evaluator.images } as const;
    at = await loadTask(set, task, images);
  }
  emit({
    type: 'plan',
    tasks: stream.evaluation.map(({ name, labels, firstOutput }) => ({
      name,
      classes: labels.map((label) => set.classes[label]!),
      heads: labels.map((_, i) => firstOutput + i),
    })),
    taskEnds: totals.taskEnds,
    steps: totals.steps,
    parameters: store.count,
    macsPerStep: trainer.macs,
  });
  const model = modelSummary(run.network, store, run.storedAs, config.layout);
  return { ...run, set, shape, model, totals };
}

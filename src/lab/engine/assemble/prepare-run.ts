/**
 * From a config to everything that a run needs: the open data set, the stream, the network with its
 * parameters, and the plans for training and evaluation, all compiled and allocated.
 */
import { shiftedSet } from '../../../continual/stream/domain-shift.ts';
import { keptImages } from '../../../continual/data-sparsity/data-removal.ts';
import { Evaluator } from '../../../continual/evaluation/evaluator.ts';
import { STRATEGIES } from '../../../continual/strategies/registry.ts';
import { taskSize, trainedImages, type Strategy } from '../../../continual/strategies/strategy.ts';
import {
  createStream,
  stepsPerEpoch,
  taskTargets,
  type Stream,
} from '../../../continual/stream/stream.ts';
import { Trainer } from '../../../continual/step/trainer.ts';
import type { ImageLimit } from '../../../data/archive.ts';
import { withAddedClasses, type AddedClass } from '../../../data/added-classes.ts';
import { DataError } from '../../../data/data-error.ts';
import { IMAGE_BYTES, type ImageSet } from '../../../data/image-set.ts';
import type { OpenedSet } from '../../../data/registry.ts';
import type { Gpu } from '../../../gpu/device.ts';
import { ActivationPool } from '../../../nn/compile/activation-pool.ts';
import { buildModel } from '../../../nn/models/registry.ts';
import { ParameterStore } from '../../../nn/tensor/parameter-store.ts';
import type { Tuned } from '../../../nn/convolution/tune.ts';
import type { VariantTable } from '../../../nn/compile/variants.ts';
import { requireCombination } from '../../config/combinations.ts';
import type { Config } from '../../config/config.ts';
import { dataShapeOf } from '../../config/data-shapes.ts';
import type { MaskRun } from '../run/mask-run.ts';
import { modelSummary, remembering } from './model-summary.ts';
import type { Event } from '../../protocol.ts';
import { evaluationRows, optimizerOf, trainerChoices } from '../../config/run-choices.ts';
import { runLayout } from '../../config/run-layout.ts';
import type { TuneCache, TuningOptions } from './tuning.ts';

export interface RunOptions {
  readonly gpu: Gpu;
  readonly config: Config;
  /** Opens the config's data set, of which no more than `limit` images a class will be asked for. */
  readonly openSet: (limit: ImageLimit) => Promise<OpenedSet>;
  /** Classes of the visitor's own, of which the config wants `addedClasses`. */
  readonly added?: readonly AddedClass[];
  readonly emit: (event: Event) => void;
  /** Where measured kernel tables are kept; measured anew each time if left out. */
  readonly tuneCache?: TuneCache;
}

/** Everything a run has on the GPU, and the stream it follows. */
export interface Setup {
  readonly set: ImageSet;
  readonly stream: Stream;
  readonly model: ReturnType<typeof modelSummary>;
  /** Which kernels do the convolutions. */
  readonly variants: VariantTable;
  readonly store: ParameterStore;
  /** Null where every weight lives. */
  readonly mask: MaskRun | null;
  readonly trainer: Trainer;
  readonly evaluator: Evaluator;
  /** Training steps of the whole run. */
  readonly steps: number;
}

/**
 * Throws `ConfigError`, `StreamError`, `DataError`, `MemoryError`, `ShaderError`. `skipTuning` leaves what is not
 * tuned yet to the default kernels.
 */
export async function prepareRun(
  { gpu, config, openSet, added, emit, tuneCache }: RunOptions,
  skipTuning: AbortSignal,
): Promise<Setup> {
  const strategy: Strategy = STRATEGIES[config.strategy];
  requireCombination(config);
  const layout = await runLayout(config);
  emit({ type: 'preparing', what: 'data', done: 0, of: 0 });
  const limit = { train: config.imagesPerClass, test: config.testPerClass };
  const { set: opened, notice } = await openSet(limit);
  const shown = withAddedClasses(opened, addedOf(config, added));
  const set = shiftedSet(shown, config.stream, config.tasks, config.seed);
  if (notice !== null) emit({ type: 'notice', message: notice });
  emit({ type: 'notice', message: set.notice });

  const perClass = (label: number) => Math.min(config.imagesPerClass, set.count(label, 'train'));
  const testPerClass = (label: number) => Math.min(config.testPerClass, set.count(label, 'test'));
  const stream = createStream(
    {
      classes: opened.classes.length,
      stream: config.stream,
      classesPerTask: config.classesPerTask,
      tasks: config.tasks,
      addedClasses: config.addedClasses,
      classOrder: config.classOrder,
      seed: config.seed,
      imagesPerClass: perClass,
    },
    strategy.stream,
  );
  const { layoutFor, chosen } = remembering(layout.layoutFor);
  const network = buildModel(
    config.model,
    config.width,
    stream.outputs,
    layoutFor,
    layout.channelsFor,
  );
  const variants =
    config.tune === 'default'
      ? {}
      : (
          await (
            await import('./tuning.ts')
          ).tuneRun({
            gpu,
            config,
            network,
            evaluationRows: evaluationRows(config),
            cache: tuneCache,
            onProgress: (done, of) => {
              emit({ type: 'preparing', what: 'tuning', done, of });
            },
            signal: skipTuning,
          })
        ).table;
  const store = new ParameterStore(gpu, network, optimizerOf(config));
  store.initialize(config.seed);
  const units = layout.unitsOf(network);
  const mask =
    units.length === 0
      ? null
      : (await import('../run/mask-run.ts')).MaskRun.create(
          { gpu, config },
          network,
          store,
          units,
          layout.budget,
        );
  const pool = new ActivationPool(gpu);
  const trainer = await Trainer.create({
    gpu,
    network,
    store,
    pool,
    strategy,
    ...trainerChoices(config),
    mostImages: Math.max(...stream.training.map(({ targets }) => targets.length)),
    statistics: set,
    variants,
    onProgress: (done, of) => {
      emit({ type: 'preparing', what: 'kernels', done, of });
    },
  });
  const tasks = stream.evaluation.map((task) => ({
    task,
    targets: taskTargets(task, testPerClass),
  }));
  const evaluator = await Evaluator.create({
    gpu,
    network,
    store,
    pool,
    tasks,
    statistics: set,
    rows: evaluationRows(config),
    variants,
    nearestMean: trainer.strategy.nearestMean,
  });
  let at = 0;
  for (const { task } of tasks) {
    emit({ type: 'preparing', what: 'test images', done: task.index, of: tasks.length });
    for (const label of task.labels) {
      const images = await set.load(label, 'test', testPerClass(label));
      evaluator.images.write(at, images);
      at += images.length / IMAGE_BYTES;
    }
  }
  let met = 0;
  let steps = 0;
  const taskEnds = stream.training.map((task) => {
    const { own, joined } = trainedImages(strategy, taskSize(task, met), config);
    met += task.targets.length;
    steps += stepsOfTask(config, own, joined);
    return steps;
  });
  emit({
    type: 'plan',
    tasks: stream.evaluation.map(({ name, labels, firstHead }) => ({
      name,
      classes: labels.map((label) => set.classes[label]!),
      heads: labels.map((_, i) => firstHead + i),
    })),
    taskEnds,
    steps,
    parameters: store.count,
    macsPerStep: trainer.macs,
  });
  const model = modelSummary(network, store, chosen);
  return { set, stream, model, variants, store, mask, trainer, evaluator, steps };
}

/** The classes that a config wants of those that were given. Throws `DataError` where there are fewer. */
function addedOf(
  { addedClasses }: Config,
  added: readonly AddedClass[] = [],
): readonly AddedClass[] {
  if (added.length < addedClasses) {
    throw new DataError({
      code: 'unavailable',
      file: 'your images',
      expected: `${String(addedClasses)} classes of them`,
      found: added.length === 0 ? 'none' : String(added.length),
    });
  }
  return added.slice(0, addedClasses);
}

/** Tunes the kernels of a config's network without a run. Throws `ConfigError`, `MemoryError`, `ShaderError`. */
export async function tuneConfig(
  options: Omit<TuningOptions, 'network' | 'evaluationRows'>,
): Promise<Tuned> {
  const { config } = options;
  const { layoutFor, channelsFor } = await runLayout(config);
  const { tuneRun } = await import('./tuning.ts');
  const outputs = dataShapeOf(config).classes + config.addedClasses;
  const network = buildModel(config.model, config.width, outputs, layoutFor, channelsFor);
  return tuneRun({ ...options, network, evaluationRows: evaluationRows(config) });
}

/** Training steps that a task takes: of its own `images`, of which some may go, and those that it is joined by. */
export function stepsOfTask(config: Config, images: number, joined: number): number {
  let steps = 0;
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    const kept = keptImages(config, config.epochs, epoch, images);
    steps += stepsPerEpoch(kept + joined, config);
  }
  return steps;
}

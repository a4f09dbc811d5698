/**
 * From a config to everything that a run needs: the open data set, the stream, the network with its
 * parameters, and the plans for training and evaluation, all compiled and allocated.
 */
import { Evaluator } from '../continual/evaluator.ts';
import { STRATEGIES } from '../continual/strategies/registry.ts';
import { createStream, stepsPerEpoch, taskTargets, type Stream } from '../continual/stream.ts';
import { Trainer } from '../continual/trainer.ts';
import type { ImageLimit } from '../data/archive.ts';
import { IMAGE_BYTES, type ImageSet } from '../data/image-set.ts';
import type { OpenedSet } from '../data/registry.ts';
import type { Gpu } from '../gpu/device.ts';
import { ActivationPool } from '../nn/activation-pool.ts';
import { buildModel } from '../nn/models/registry.ts';
import { ParameterStore, type OptimizerKind } from '../nn/parameter-store.ts';
import { ConfigError, type Config } from './config.ts';
import type { Event } from './protocol.ts';

export interface RunOptions {
  readonly gpu: Gpu;
  readonly config: Config;
  /** Opens the config's data set, of which no more than `limit` images a class will be asked for. */
  readonly openSet: (limit: ImageLimit) => Promise<OpenedSet>;
  readonly emit: (event: Event) => void;
}

/** Everything a run has on the GPU, and the stream it follows. */
export interface Setup {
  readonly set: ImageSet;
  readonly stream: Stream;
  readonly store: ParameterStore;
  readonly trainer: Trainer;
  readonly evaluator: Evaluator;
  /** Training steps of the whole run. */
  readonly steps: number;
}

/** Rows of an evaluation batch, or those of training where these are more. */
const EVALUATION_ROWS = 64;

/** Throws `ConfigError`, `StreamError`, `DataError`, `MemoryError`, `ShaderError`. */
export async function prepareRun({ gpu, config, openSet, emit }: RunOptions): Promise<Setup> {
  const strategy = STRATEGIES[config.strategy];
  if (strategy.buffer !== 'none' && config.bufferSize === 0) {
    throw new ConfigError(
      `bufferSize: ${config.strategy} needs a replay buffer of at least 1 image`,
    );
  }
  emit({ type: 'preparing', what: 'data', done: 0, of: 0 });
  const limit = { train: config.imagesPerClass, test: config.testPerClass };
  const { set, notice } = await openSet(limit);
  if (notice !== null) emit({ type: 'notice', message: notice });
  emit({ type: 'notice', message: set.notice });

  const perClass = (label: number) => Math.min(config.imagesPerClass, set.count(label, 'train'));
  const testPerClass = (label: number) => Math.min(config.testPerClass, set.count(label, 'test'));
  const stream = createStream(
    {
      classes: set.classes.length,
      classesPerTask: config.classesPerTask,
      tasks: config.tasks,
      classOrder: config.classOrder,
      seed: config.seed,
      imagesPerClass: perClass,
    },
    strategy.stream,
  );
  const network = buildModel(config.model, config.width, stream.outputs);
  const store = new ParameterStore(gpu, network, optimizerOf(config));
  store.initialize(config.seed);
  const pool = new ActivationPool(gpu);
  const trainer = await Trainer.create({
    gpu,
    network,
    store,
    pool,
    strategy,
    strategyOptions: config,
    bufferSize: config.bufferSize,
    mostImages: Math.max(...stream.training.map(({ targets }) => targets.length)),
    statistics: set,
    seed: config.seed,
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
    rows: Math.max(EVALUATION_ROWS, Math.ceil(config.batch / 4) * 4),
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
  const steps = stream.training.reduce(
    (sum, { targets }) => sum + stepsOfTask(config, targets.length),
    0,
  );
  emit({
    type: 'plan',
    tasks: stream.evaluation.map(({ name, labels }) => ({
      name,
      classes: labels.map((label) => set.classes[label]!),
    })),
    steps,
    parameters: store.count,
    macsPerStep: trainer.macs,
  });
  return { set, stream, store, trainer, evaluator, steps };
}

/** Training steps that a task of `images` images takes. */
export function stepsOfTask(config: Config, images: number): number {
  return config.epochs * stepsPerEpoch(images, config);
}

function optimizerOf({ optimizer, momentum }: Config): OptimizerKind {
  if (optimizer === 'adam') return 'adam';
  return momentum > 0 ? 'sgd-momentum' : 'sgd';
}

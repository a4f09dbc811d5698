/**
 * The one place where the parts of a run are put together: network, kernels, weights, mask, trainer, evaluator, all
 * compiled and allocated. A run, a dry run, the measurement of a step and SNIP's gradient of the dense network ask here.
 * `shape` is what the data set is: a run passes the opened set's, a dry run the declared one.
 */
import { Evaluator } from '../../../continual/evaluation/evaluator.ts';
import { Trainer } from '../../../continual/step/trainer.ts';
import { taskTargets } from '../../../continual/stream/stream.ts';
import type { Gpu } from '../../../gpu/device.ts';
import { ActivationPool } from '../../../nn/compile/activation-pool.ts';
import type { VariantTable } from '../../../nn/compile/variants.ts';
import { ParameterStore } from '../../../nn/tensor/parameter-store.ts';
import type { Config } from '../../config/config.ts';
import { atMost, type DataShape } from '../../config/data-shapes.ts';
import { evaluationRows, optimizerOf, trainerChoices } from '../../config/run-choices.ts';
import type { MaskRun } from './mask-run.ts';
import { runNetwork, type RunNetwork } from './run-network.ts';
import type { TuningOptions } from './tuning.ts';

export interface AssembleOptions {
  /** How kernels are tuned where the config asks for it. */
  readonly tuning?: Pick<TuningOptions, 'cache' | 'onProgress' | 'signal'>;
  /** Kernels of the training step that are compiled, of all. */
  readonly onKernels?: (done: number, of: number) => void;
  /** Lists and allocates, and draws neither weights nor a mask: for a device that keeps nothing. */
  readonly listOnly?: boolean;
  /** Images for which a trainer has room; those of the largest task if left out. */
  readonly mostImages?: number;
}

/** What it takes to make training steps. */
export interface AssembledTraining extends RunNetwork {
  /** Which kernels do the convolutions. */
  readonly variants: VariantTable;
  readonly store: ParameterStore;
  /** Null where every weight lives. */
  readonly mask: MaskRun | null;
  readonly pool: ActivationPool;
  readonly trainer: Trainer;
}

/** Everything a run has on the GPU, and the stream it follows. */
export interface AssembledRun extends AssembledTraining {
  readonly evaluator: Evaluator;
}

/** For sets that nobody has opened: what is listed and allocated does not depend on it. */
const ANY_STATISTICS = { mean: [0.5, 0.5, 0.5], std: [1, 1, 1] } as const;

/** Throws `ConfigError`, `StreamError`, `RangeError`, `MemoryError`, `ShaderError`. */
export async function assemble(
  gpu: Gpu,
  config: Config,
  shape: DataShape,
  options: AssembleOptions = {},
): Promise<AssembledRun> {
  const training = await assembleTraining(gpu, config, shape, options);
  const { network, store, pool, stream, variants, trainer } = training;
  const { testPerClass = config.testPerClass, statistics = ANY_STATISTICS } = shape;
  const evaluator = await Evaluator.create({
    gpu,
    network,
    store,
    pool,
    tasks: stream.evaluation.map((task) => ({
      task,
      targets: taskTargets(task, atMost(config.testPerClass, testPerClass)),
    })),
    statistics,
    rows: evaluationRows(config),
    variants,
    nearestMean: trainer.strategy.nearestMean,
  });
  return { ...training, evaluator };
}

/** As `assemble`, for those who evaluate nothing. */
export async function assembleTraining(
  gpu: Gpu,
  config: Config,
  shape: DataShape,
  { tuning, onKernels, listOnly = false, mostImages }: AssembleOptions = {},
): Promise<AssembledTraining> {
  const described = await runNetwork(config, shape);
  const { strategy, stream, network } = described;
  const variants =
    listOnly || config.tune === 'default' ? {} : await tunedVariants(gpu, config, network, tuning);
  const store = new ParameterStore(gpu, network, optimizerOf(config));
  if (!listOnly) store.initialize(config.seed);
  const mask = listOnly ? null : await maskOf(gpu, config, described, store);
  const pool = new ActivationPool(gpu);
  const trainer = await Trainer.create({
    gpu,
    network,
    store,
    pool,
    strategy,
    ...trainerChoices(config),
    mostImages: mostImages ?? Math.max(...stream.training.map(({ targets }) => targets.length)),
    statistics: shape.statistics ?? ANY_STATISTICS,
    variants,
    ...(onKernels && { onProgress: onKernels }),
  });
  return { ...described, variants, store, mask, pool, trainer };
}

async function tunedVariants(
  gpu: Gpu,
  config: Config,
  network: RunNetwork['network'],
  tuning: AssembleOptions['tuning'],
): Promise<VariantTable> {
  // Loaded where it is asked for: most runs take the default kernels.
  const { tuneNetwork } = await import('./tuning.ts');
  return (await tuneNetwork({ ...tuning, gpu, config, network })).table;
}

/** The mask of a network whose weights have been drawn. */
async function maskOf(
  gpu: Gpu,
  config: Config,
  { layout, network }: RunNetwork,
  store: ParameterStore,
): Promise<MaskRun | null> {
  const units = layout.unitsOf(network);
  if (units.length === 0) return null;
  // A dense network needs nothing of what changes masks.
  const { MaskRun } = await import('./mask-run.ts');
  return MaskRun.create({ gpu, config }, network, store, units, layout.budget);
}

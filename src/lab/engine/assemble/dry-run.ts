/**
 * A run's training step as it would be listed and allocated, on a device that does nothing: the same code lists the
 * same dispatches and hands out the same bytes, so what a run takes is counted before it is started, and where
 * there is no GPU at all. No shader is compiled, no weight is drawn and no image is read.
 */
import { Evaluator } from '../../../continual/evaluation/evaluator.ts';
import { STRATEGIES } from '../../../continual/strategies/registry.ts';
import type { Strategy } from '../../../continual/strategies/strategy.ts';
import { createStream, taskTargets } from '../../../continual/stream/stream.ts';
import { Trainer } from '../../../continual/step/trainer.ts';
import type { AdapterSummary, Gpu } from '../../../gpu/device.ts';
import { Pipelines } from '../../../gpu/kernels.ts';
import { Memory } from '../../../gpu/memory.ts';
import { ActivationPool } from '../../../nn/compile/activation-pool.ts';
import { buildModel } from '../../../nn/models/registry.ts';
import { ParameterStore } from '../../../nn/tensor/parameter-store.ts';
import type { Config } from '../../config/config.ts';
import { dataShapeOf } from '../../config/data-shapes.ts';
import { runLayout } from '../../config/run-layout.ts';
import { evaluationRows, optimizerOf, trainerChoices } from '../../config/run-choices.ts';

export interface DryRun {
  /** Bytes by what they are for, as the allocator counts them in a run. */
  readonly bytes: Readonly<Record<string, number>>;
  /** Trainable numbers, live or not. */
  readonly parameters: number;
  /** Of one step under the mask that training begins with. */
  readonly step: {
    readonly dispatches: number;
    readonly macs: number;
    readonly bytesMoved: number;
  };
}

/**
 * What a run of `config` takes on a device with this adapter: bytes hardly depend on it, kernels do. Throws
 * `ConfigError`, `StreamError`, `RangeError` on what could not run either.
 */
export async function dryRun(
  config: Config,
  adapter: AdapterSummary | null = null,
): Promise<DryRun> {
  const gpu = idleGpu(adapter);
  const strategy: Strategy = STRATEGIES[config.strategy];
  const layout = await runLayout(config);
  const shape = dataShapeOf(config);
  const imagesPerClass = Math.min(config.imagesPerClass, shape.imagesPerClass);
  const stream = createStream(
    { ...config, classes: shape.classes, imagesPerClass },
    strategy.stream,
  );
  const network = buildModel(
    config.model,
    config.width,
    stream.outputs,
    layout.layoutFor,
    layout.channelsFor,
  );
  const store = new ParameterStore(gpu, network, optimizerOf(config));
  const pool = new ActivationPool(gpu);
  const statistics = { mean: [0.5, 0.5, 0.5], std: [1, 1, 1] } as const;
  const trainer = await Trainer.create({
    gpu,
    network,
    store,
    pool,
    strategy,
    ...trainerChoices(config),
    mostImages: Math.max(...stream.training.map(({ targets }) => targets.length)),
    statistics,
  });
  await Evaluator.create({
    gpu,
    network,
    store,
    pool,
    tasks: stream.evaluation.map((task) => ({
      task,
      targets: taskTargets(task, () => config.testPerClass),
    })),
    statistics,
    rows: evaluationRows(config),
    nearestMean: trainer.strategy.nearestMean,
  });
  const { entries } = trainer.plan;
  const sum = (of: (entry: (typeof entries)[number]) => number) =>
    entries.reduce((total, entry) => total + of(entry), 0);
  return {
    bytes: gpu.memory.bytesByKind(),
    parameters: store.count,
    step: {
      dispatches: entries.length,
      macs: sum(({ macs }) => macs),
      bytesMoved: sum(({ bytesRead, bytesWritten }) => bytesRead + bytesWritten),
    },
  };
}

/** The constants that browsers without WebGPU, and Node, do not have. */
const FLAGS = {
  GPUBufferUsage: {
    ...{ MAP_READ: 1, MAP_WRITE: 2, COPY_SRC: 4, COPY_DST: 8 },
    ...{ UNIFORM: 64, STORAGE: 128, INDIRECT: 256, QUERY_RESOLVE: 512 },
  },
  GPUShaderStage: { COMPUTE: 4 },
} as const;

/** Makes every object that it is asked for and does nothing with any. */
function idleGpu(adapter: AdapterSummary | null): Gpu {
  for (const [name, flags] of Object.entries(FLAGS)) {
    if (!(name in globalThis)) Object.assign(globalThis, { [name]: flags });
  }
  const buffer = ({ label, size }: GPUBufferDescriptor) => ({
    label,
    size,
    destroy: () => undefined,
  });
  const nothing = () => ({});
  const encoder = { clearBuffer: nothing, copyBufferToBuffer: nothing, finish: nothing };
  const device = {
    limits: { maxBufferSize: Infinity, maxStorageBufferBindingSize: Infinity },
    queue: { writeBuffer: nothing, submit: nothing, onSubmittedWorkDone: () => Promise.resolve() },
    createBuffer: buffer,
    createBindGroupLayout: nothing,
    createPipelineLayout: nothing,
    createShaderModule: nothing,
    createComputePipelineAsync: () => Promise.resolve({}),
    createBindGroup: nothing,
    createCommandEncoder: () => encoder,
  } as unknown as GPUDevice;
  const unknown = { vendor: '', architecture: '', description: '', software: true, features: [] };
  return {
    instance: {} as GPU,
    device,
    adapter: adapter ?? unknown,
    subgroupLanes: adapter?.features.includes('subgroups') === true ? 4 : 0,
    memory: new Memory(device),
    pipelines: new Pipelines(device),
    errors: [],
  };
}

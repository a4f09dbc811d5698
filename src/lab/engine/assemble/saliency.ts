/**
 * What SNIP begins with: the gradient of the dense network on a first batch, before any mask. A dense twin of
 * the network is made for that one step and given back; its memory and its work are a run's, and counted.
 */
import { finetune } from '../../../continual/strategies/finetune.ts';
import type { Gradients } from '../../../sparse/mask/mask-keeper.ts';
import type { PlanRuns } from '../../../continual/step/plan-runs.ts';
import type { TrainingTask } from '../../../continual/stream/stream.ts';
import { Trainer } from '../../../continual/step/trainer.ts';
import type { ImageSet } from '../../../data/image-set.ts';
import type { Gpu } from '../../../gpu/device.ts';
import { Memory } from '../../../gpu/memory.ts';
import { ActivationPool } from '../../../nn/compile/activation-pool.ts';
import { buildModel } from '../../../nn/models/registry.ts';
import { ParameterStore } from '../../../nn/tensor/parameter-store.ts';
import type { Config } from '../../config/config.ts';

export interface SaliencyOptions {
  readonly gpu: Gpu;
  readonly config: Config;
  readonly statistics: Pick<ImageSet, 'mean' | 'std'>;
  readonly outputs: number;
  readonly task: TrainingTask;
  /** The first batch: indices into the task's images. */
  readonly indices: Uint32Array;
  /** Brings the task's images to a trainer. */
  readonly load: (trainer: Trainer) => Promise<void>;
}

/** Gradients of all weights by name, in PyTorch's order. Throws `MemoryError`, `ShaderError`. */
export async function denseSaliency(
  options: SaliencyOptions,
): Promise<{ readonly gradients: Gradients; readonly work: PlanRuns }> {
  const { config, task, indices, outputs, statistics } = options;
  const { seed, augment } = config;
  const held = Object.values(options.gpu.memory.bytesByKind()).reduce((sum, each) => sum + each, 0);
  const gpu: Gpu = { ...options.gpu, memory: new Memory(options.gpu.device) };
  try {
    const network = buildModel(config.model, config.width, outputs);
    const store = new ParameterStore(gpu, network, 'sgd');
    store.initialize(seed);
    const trainer = await Trainer.create({
      gpu,
      network,
      store,
      pool: new ActivationPool(gpu),
      strategy: finetune,
      strategyOptions: config,
      mostImages: task.targets.length,
      statistics,
      activations: config.activations,
      recompute: config.recompute,
      seed,
    });
    await options.load(trainer);
    const still = { rate: 0, momentum: 0, weightDecay: 0 };
    await trainer.step(task, indices, { step: 0, update: 1, augment, ...still });
    const gradients = new Map<string, Float32Array>();
    for (const name of store.names) gradients.set(name, await store.readGradient(name));
    const { memory } = options.gpu;
    memory.peakBytes = Math.max(memory.peakBytes, held + gpu.memory.peakBytes);
    return { gradients, work: { entries: trainer.plan.entries, runs: 1, published: false } };
  } finally {
    gpu.memory.releaseAll();
  }
}

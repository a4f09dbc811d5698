/**
 * What SNIP begins with: the gradient of the dense network on a first batch, before any mask. A dense twin of
 * the run is assembled for that one step and given back; its memory and its work are a run's, and counted.
 */
import type { PlanRuns } from '../../../continual/step/plan-runs.ts';
import type { Trainer } from '../../../continual/step/trainer.ts';
import type { TrainingTask } from '../../../continual/stream/stream.ts';
import type { Gpu } from '../../../gpu/device.ts';
import { Memory } from '../../../gpu/memory.ts';
import type { Gradients } from '../../../sparse/mask/gradients.ts';
import type { Config } from '../../config/config.ts';
import type { DataShape } from '../../config/data-shapes.ts';
import { plainTwin } from '../../config/dense-twin.ts';
import { assembleTraining } from './assemble.ts';

export interface SaliencyOptions {
  readonly gpu: Gpu;
  readonly config: Config;
  readonly shape: DataShape;
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
  const { config, shape, task, indices } = options;
  const held = Object.values(options.gpu.memory.bytesByKind()).reduce((sum, each) => sum + each, 0);
  const gpu: Gpu = { ...options.gpu, memory: new Memory(options.gpu.device) };
  try {
    const { store, trainer } = await assembleTraining(gpu, plainTwin(config), shape, {
      mostImages: task.targets.length,
    });
    await options.load(trainer);
    const still = { rate: 0, momentum: 0, weightDecay: 0 };
    await trainer.step(task, indices, { step: 0, update: 1, augment: config.augment, ...still });
    const gradients = new Map<string, Float32Array>();
    for (const name of store.names) gradients.set(name, await store.readGradient(name));
    const { memory } = options.gpu;
    memory.peakBytes = Math.max(memory.peakBytes, held + gpu.memory.peakBytes);
    return { gradients, work: { entries: trainer.plan.entries, runs: 1, published: false } };
  } finally {
    gpu.memory.releaseAll();
  }
}

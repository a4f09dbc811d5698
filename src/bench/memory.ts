/**
 * Bytes that a training step takes, counted as the allocator hands them out, without a device: the same
 * listing and the same assignment of buffers as a run's, over a memory that creates nothing.
 */
import { STRATEGIES } from '../continual/strategies/registry.ts';
import {
  allocateStepBuffers,
  listTrainingStep,
  type StepMemory,
  type TrainingStepOptions,
} from '../continual/step/training-step.ts';
import { DEFAULTS, type Config } from '../lab/config/config.ts';
import { idleGpu } from '../lab/engine/assemble/idle-gpu.ts';
import { ActivationPool } from '../nn/compile/activation-pool.ts';
import type { Network } from '../nn/compile/graph.ts';
import { ParameterStore } from '../nn/tensor/parameter-store.ts';

type BufferLimits = Pick<GPUSupportedLimits, 'maxBufferSize' | 'maxStorageBufferBindingSize'>;

/** Images of a task of Split CIFAR-10, in a buffer of their own. */
const TASK_IMAGES = 10_000;
const PROTOCOL: Pick<Config, 'strategy' | 'bufferSize'> = { strategy: 'derpp', bufferSize: 200 };

/**
 * Live bytes by kind that DER++ with plain SGD takes to train `network` on batches of `batch`, current and
 * each of two replayed ones. Throws `MemoryError` on buffers beyond the limits.
 */
export function countMemory(
  network: Network,
  batch: number,
  memory: StepMemory,
  limits: BufferLimits,
): Record<string, number> {
  const gpu = idleGpu(null, limits);
  const options = {
    gpu,
    network,
    store: new ParameterStore(gpu, network, 'sgd'),
    strategy: STRATEGIES[PROTOCOL.strategy],
    strategyOptions: { ...DEFAULTS, ...PROTOCOL, batch, replayBatch: batch },
    mostImages: TASK_IMAGES,
    statistics: { mean: [0, 0, 0], std: [1, 1, 1] } as const,
    ...memory,
  } satisfies TrainingStepOptions;
  const listed = listTrainingStep(options, allocateStepBuffers(options), {});
  listed.emit.allocate(new ActivationPool(gpu));
  return gpu.memory.bytesByKind();
}

/**
 * A forward and backward pass beside the training steps, which leaves the gradients of some batch in the store's arena.
 * The forward pass moves the running statistics of the norms, so these are copied before and put back after it.
 * Weights, optimiser state and the replay buffer are not touched.
 */
import type { Gpu } from '../../gpu/device.ts';
import type { Plan } from '../../gpu/plan.ts';
import { Submitter } from '../../gpu/submitter.ts';
import type { Network } from '../../nn/compile/graph.ts';
import type { Parameter } from '../../nn/tensor/parameter.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import { copyArena } from '../strategies/parts/arena-pass.ts';
import type { Gradients } from '../../sparse/mask/gradients.ts';

export class GradientPass {
  readonly submitter: Submitter;
  readonly #gpu: Gpu;
  readonly #running: GPUBuffer;
  readonly #kept: GPUBuffer;

  constructor(
    gpu: Gpu,
    { running }: ParameterStore,
    readonly plan: Plan,
  ) {
    this.#gpu = gpu;
    this.#running = running;
    this.submitter = new Submitter(gpu, plan);
    const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    this.#kept = gpu.memory.allocate('control', 'statistics, kept', running.size, usage);
  }

  /** Queues the pass. Its records and scalars must have been queued before. */
  async run(): Promise<void> {
    copyArena(this.#gpu, this.#running, this.#kept);
    await this.submitter.run();
    copyArena(this.#gpu, this.#kept, this.#running);
  }
}

/** The weights of a network that a mask goes over and that move: those with lists. */
export function sparseWeights({ layers }: Network): Parameter[] {
  return layers
    .flatMap(({ parameters }) => parameters)
    .filter(({ lists, role, group }) => lists !== null && role === 'matrix' && !group.frozen);
}

/** The store's gradients of the sparse weights, dead entries 0. Waits for the GPU. */
export async function readGradients(network: Network, store: ParameterStore): Promise<Gradients> {
  const gradients = new Map<string, Float32Array>();
  for (const { name } of sparseWeights(network)) {
    gradients.set(name, await store.readGradient(name));
  }
  return gradients;
}

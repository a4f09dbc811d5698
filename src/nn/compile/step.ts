/**
 * The scalars of one step: the CPU's side of `shaders/lib/step.wgsl`, one uniform buffer that every kernel
 * of a plan may bind, rewritten before each run.
 */
import type { Gpu } from '../../gpu/device.ts';

/** Where each batch-norm group lies among the rows. */
export interface RowGroup {
  readonly start: number;
  readonly padded: number;
}

/** Batch-norm groups that a batch may have. */
export const MOST_GROUPS = 4;

export interface StepValues {
  readonly seed: number;
  readonly step: number;
  /** Head outputs of the current task. */
  readonly taskFirst: number;
  readonly taskCount: number;
  readonly rate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Updates made so far, this one included: Adam's t. */
  readonly update: number;
  readonly augment: boolean;
  readonly slot: number;
  /** Live rows of each group. */
  readonly live: ArrayLike<number>;
}

/** Adam's decay rates; `adam.wgsl` has the same. */
const BETA1 = 0.9;
const BETA2 = 0.999;
const BYTES = 112;

export class StepUniform {
  readonly buffer: GPUBuffer;
  readonly #gpu: Gpu;
  readonly #groups: readonly RowGroup[];
  readonly #data = new ArrayBuffer(BYTES);
  readonly #u32 = new Uint32Array(this.#data);
  readonly #f32 = new Float32Array(this.#data);

  constructor(gpu: Gpu, label: string, groups: readonly RowGroup[]) {
    if (groups.length > MOST_GROUPS) {
      throw new Error(
        `a batch has at most ${String(MOST_GROUPS)} norm groups, not ${String(groups.length)}`,
      );
    }
    this.#gpu = gpu;
    this.#groups = groups;
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.buffer = gpu.memory.allocate('control', `${label} scalars`, BYTES, usage);
  }

  /** Queues the values for the next run. */
  write(values: StepValues): void {
    this.#u32.set([values.seed, values.step, values.taskFirst, values.taskCount]);
    this.#f32.set([values.rate, values.momentum, values.weightDecay], 4);
    this.#f32[7] = 1 - BETA1 ** values.update;
    this.#f32[8] = 1 - BETA2 ** values.update;
    this.#u32.set([values.augment ? 1 : 0, values.slot, 0], 9);
    this.#groups.forEach(({ start, padded }, g) => {
      this.#u32.set([start, values.live[g] ?? 0, padded, 0], 12 + 4 * g);
    });
    this.#gpu.device.queue.writeBuffer(this.buffer, 0, this.#data);
  }
}

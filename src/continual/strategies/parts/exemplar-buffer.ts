/**
 * A replay buffer whose whole content is decided at the end of a task. Labels and slots are kept in the reservoir, as
 * for a buffer that fills step by step, so that both kinds are drawn from and saved alike.
 */
import type { Gpu } from '../../../gpu/device.ts';
import { copyImages } from '../../buffer/copy-images.ts';
import { ImageStore } from '../../buffer/image-store.ts';
import type { Reservoir } from '../../buffer/reservoir.ts';
import type { StrategyContext } from '../strategy.ts';

/** An image for the buffer: one of the current task, or one that it holds already. */
export interface Exemplar {
  readonly from: 'stream' | 'buffer';
  /** Image of the task, or slot. */
  readonly index: number;
  /** Output index of its class. */
  readonly label: number;
  readonly task: number;
}

export class ExemplarBuffer {
  readonly #gpu: Gpu;
  readonly #reservoir: Reservoir;
  readonly #images: ImageStore;
  readonly #replay: ImageStore;
  readonly #storedLogits: GPUBuffer;
  readonly #classes: number;
  readonly #scratch: ImageStore;
  readonly #scratchLogits: GPUBuffer;

  /** Throws `MemoryError`; a `TypeError` for a strategy without a buffer. */
  constructor({ gpu, network, images, replay, reservoir, storedLogits }: StrategyContext) {
    if (!replay || !reservoir) throw new TypeError('exemplars need a buffer to be kept in');
    this.#gpu = gpu;
    this.#reservoir = reservoir;
    this.#images = images;
    this.#replay = replay;
    this.#storedLogits = storedLogits;
    this.#classes = network.output.channels;
    this.#scratch = new ImageStore(gpu, 'replay', 'replay images, moving', reservoir.capacity);
    const bytes = reservoir.capacity * this.#classes * 4;
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    this.#scratchLogits = gpu.memory.allocate('replay', 'replay logits, moving', bytes, usage);
  }

  get capacity(): number {
    return this.#reservoir.capacity;
  }

  /** What the buffer holds, slot by slot. */
  get held(): readonly Exemplar[] {
    const { filled, labels, tasks } = this.#reservoir;
    return Array.from({ length: filled }, (_, index) => ({
      from: 'buffer',
      index,
      label: labels[index]!,
      task: tasks[index]!,
    }));
  }

  /**
   * Makes `exemplars` what the buffer holds, in their order. What it held before keeps its stored logits; those
   * of new images are up to the caller. Throws `RangeError` if there are too many.
   */
  replace(exemplars: readonly Exemplar[]): void {
    const count = exemplars.length;
    if (count > this.capacity) {
      throw new RangeError(`${count} exemplars do not fit a buffer of ${this.capacity}`);
    }
    const moves = exemplars.map(({ from, index }, to) => ({ source: from, from: index, to }));
    const old = moves.filter(({ source }) => source === 'buffer');
    const scratch = this.#scratch;
    copyImages(this.#gpu, this.#replay, scratch, old);
    copyImages(
      this.#gpu,
      this.#images,
      scratch,
      moves.filter(({ source }) => source === 'stream'),
    );
    copyImages(
      this.#gpu,
      scratch,
      this.#replay,
      moves.map(({ to }) => ({ from: to, to })),
    );
    const bytes = this.#classes * 4;
    const encoder = this.#gpu.device.createCommandEncoder({ label: 'move stored logits' });
    for (const { from, to } of old) {
      const at = to * bytes;
      encoder.copyBufferToBuffer(this.#storedLogits, from * bytes, this.#scratchLogits, at, bytes);
    }
    for (const { to } of old) {
      const at = to * bytes;
      encoder.copyBufferToBuffer(this.#scratchLogits, at, this.#storedLogits, at, bytes);
    }
    this.#gpu.device.queue.submit([encoder.finish()]);
    this.#reservoir.load({
      ...this.#reservoir.save(),
      offered: count,
      labels: exemplars.map(({ label }) => label),
      tasks: exemplars.map(({ task }) => task),
    });
  }
}

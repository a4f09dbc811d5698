/**
 * Counts for each image of the current task how its training goes. The counters lie on the GPU, one dispatch a step
 * updates them, and data removal reads them at the end of a window (`data-removal.ts`).
 */
import '../batch/shaders.ts';
import type { Gpu } from '../../gpu/device.ts';
import { ReadbackRing } from '../../gpu/readback.ts';
import type { Virtual } from '../../nn/compile/activation-pool.ts';
import type { Emitter } from '../../nn/compile/emitter.ts';
import type { Tensor } from '../../nn/tensor/tensor.ts';

/** What was counted since the last reset, one entry an image. */
export interface SampleCounts {
  /** Times that the image was trained on. */
  readonly presentations: Uint32Array;
  /** Times that the arg-max over all outputs was not its label. */
  readonly misclassified: Uint32Array;
  /** Times that it was wrong after it had been right at the presentation before. */
  readonly forgotten: Uint32Array;
  /** Whether it was right at any presentation: 1, or 0. */
  readonly everRight: Uint8Array;
  /** Sum over presentations of the label's logit less the largest other one. */
  readonly margin: Float32Array;
}

/** Planes of the counters: presentations, wrong, forgotten, outcomes, margins. */
const PLANES = 5;
const EVER_RIGHT = 2;

export class SampleTally {
  readonly #gpu: Gpu;
  readonly #counters: GPUBuffer;
  readonly #ring: ReadbackRing;

  /** Throws `MemoryError`. */
  constructor(
    gpu: Gpu,
    /** Images of the largest task. */
    readonly capacity: number,
  ) {
    this.#gpu = gpu;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const bytes = PLANES * capacity * 4;
    this.#counters = gpu.memory.allocate('control', 'sample counters', bytes, usage);
    this.#ring = new ReadbackRing(gpu, 'sample counters', bytes);
  }

  /** Emits the count of the rows that come from the stream, given what `emitLoss` returned for them. */
  emit(
    emit: Emitter,
    logits: Tensor,
    { rows, rowLoss }: { rows: GPUBuffer; rowLoss: Virtual },
  ): void {
    const classes = logits.channels;
    emit.dispatch({
      label: 'count samples',
      kind: 'other',
      kernel: 'tally_samples',
      parameters: { rows: emit.rows, ...emit.records, classes, images: this.capacity },
      buffers: { rows, row_loss: rowLoss, logits: emit.value(logits), counters: this.#counters },
      touched: { counters: emit.rows * PLANES * 4 },
      invocations: emit.rows,
    });
  }

  /** Sets all counters to 0, after all steps queued so far. */
  reset(): void {
    const { device } = this.#gpu;
    const encoder = device.createCommandEncoder({ label: 'reset sample counters' });
    encoder.clearBuffer(this.#counters);
    device.queue.submit([encoder.finish()]);
  }

  /** The counts of the first `images` images. A schedule point: it waits for all steps before it. */
  async read(images: number): Promise<SampleCounts> {
    // One reading at a time: the ring is never busy.
    const data = await this.#ring.read(this.#counters, 0, PLANES * this.capacity * 4)!;
    const words = (plane: number) => new Uint32Array(data, plane * this.capacity * 4, images);
    return {
      presentations: words(0),
      misclassified: words(1),
      forgotten: words(2),
      everRight: Uint8Array.from(words(3), (outcome) => ((outcome & EVER_RIGHT) === 0 ? 0 : 1)),
      margin: new Float32Array(data, 4 * this.capacity * 4, images),
    };
  }
}

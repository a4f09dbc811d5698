/**
 * Classification by the nearest mean of exemplars (Rebuffi et al., *iCaRL*, CVPR 2017): the mean feature of each
 * class, and the dispatch by which an evaluation goes by them in place of the head.
 */
import '../strategies/parts/shaders.ts';
import type { Gpu } from '../../gpu/device.ts';
import type { Virtual } from '../../nn/compile/activation-pool.ts';
import type { Emitter } from '../../nn/compile/emitter.ts';
import { featuresOf, type Network } from '../../nn/compile/graph.ts';
import type { Tensor } from '../../nn/tensor/tensor.ts';

export class NearestMean {
  readonly #gpu: Gpu;
  readonly #classes: number;
  readonly #features: Tensor;
  readonly #means: GPUBuffer;
  readonly #known: GPUBuffer;
  #ready = false;

  /** Throws `MemoryError`. */
  constructor(gpu: Gpu, network: Network) {
    this.#gpu = gpu;
    this.#classes = network.output.channels;
    this.#features = featuresOf(network);
    const { memory } = gpu;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const floats = this.#classes * this.#features.channels;
    this.#means = memory.allocate('evaluation', 'class means', floats * 4, usage);
    this.#known = memory.allocate('evaluation', 'known classes', this.#classes * 4, usage);
  }

  /** Whether any class has a mean yet. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Sets the means to those of `features`, [images][channels], of images with these `labels`. */
  set(features: Float32Array, labels: readonly number[]): void {
    const { channels } = this.#features;
    const sums = new Float64Array(this.#classes * channels);
    const counts = new Uint32Array(this.#classes);
    labels.forEach((label, i) => {
      counts[label]!++;
      for (let c = 0; c < channels; c++) sums[label * channels + c]! += features[i * channels + c]!;
    });
    const means = Float32Array.from(sums, (sum, i) => {
      const count = counts[Math.floor(i / channels)]!;
      return count === 0 ? 0 : sum / count;
    });
    const { queue } = this.#gpu.device;
    queue.writeBuffer(this.#means, 0, means);
    queue.writeBuffer(
      this.#known,
      0,
      counts.map((count) => Math.min(count, 1)),
    );
    this.#ready = labels.length > 0;
  }

  /** Emits the classification of a batch after its forward pass; returns a buffer of rows as `emitLoss` does. */
  emit(emit: Emitter, rows: GPUBuffer): Virtual {
    const rowNearest = emit.scratch('row nearest', emit.rows * 16);
    const { channels } = this.#features;
    emit.dispatch({
      label: 'nearest mean',
      kind: 'other',
      kernel: 'nearest_mean',
      parameters: { rows: emit.rows, ...emit.records, classes: this.#classes, channels },
      buffers: {
        rows,
        features: emit.value(this.#features),
        means: this.#means,
        known: this.#known,
        row_nearest: rowNearest,
      },
      invocations: emit.rows,
    });
    return rowNearest;
  }
}

/**
 * Raw images on the GPU: [n][3][32][32] bytes, in one buffer or, where that would exceed what a binding may
 * be, in two. Kernels see both (`shaders/lib/images.wgsl`); a small set binds its one buffer twice.
 */
import type { Gpu } from '../../gpu/device.ts';
import { MemoryError, type MemoryKind } from '../../gpu/memory.ts';
import type { ReadRange } from '../../gpu/readback.ts';
import { IMAGE_BYTES } from '../../data/image-set.ts';

export class ImageStore {
  /** Images before this one are in `first`, the others in `second`. */
  readonly split: number;
  readonly first: GPUBuffer;
  readonly second: GPUBuffer;
  readonly #gpu: Gpu;

  /** Throws `MemoryError` where two bindings do not hold `capacity` images. */
  constructor(
    gpu: Gpu,
    kind: MemoryKind,
    label: string,
    readonly capacity: number,
  ) {
    this.#gpu = gpu;
    const { maxBufferSize, maxStorageBufferBindingSize } = gpu.device.limits;
    const most = Math.floor(Math.min(maxBufferSize, maxStorageBufferBindingSize) / IMAGE_BYTES);
    if (capacity > 2 * most) {
      throw new MemoryError(
        label,
        capacity * IMAGE_BYTES,
        `two bindings hold ${2 * most} images here`,
      );
    }
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    this.split = Math.min(capacity, most);
    this.first = gpu.memory.allocate(kind, label, this.split * IMAGE_BYTES, usage);
    this.second =
      capacity > most
        ? gpu.memory.allocate(kind, `${label}, rest`, (capacity - most) * IMAGE_BYTES, usage)
        : this.first;
  }

  /** Queues whole images, to lie from image `at` on. */
  write(at: number, images: Uint8Array<ArrayBuffer>): void {
    const count = images.length / IMAGE_BYTES;
    if (!Number.isInteger(count) || at + count > this.capacity) {
      throw new RangeError(
        `${images.length} bytes do not fit as images from ${at} of ${this.capacity}`,
      );
    }
    const before = Math.max(0, Math.min(count, this.split - at));
    const { queue } = this.#gpu.device;
    if (before > 0) {
      queue.writeBuffer(this.first, at * IMAGE_BYTES, images, 0, before * IMAGE_BYTES);
    }
    if (before < count) {
      const offset = (at + before - this.split) * IMAGE_BYTES;
      queue.writeBuffer(this.second, offset, images, before * IMAGE_BYTES);
    }
  }
  /** Where one image lies. */
  range(image: number): ReadRange {
    return image < this.split
      ? { buffer: this.first, offset: image * IMAGE_BYTES, bytes: IMAGE_BYTES }
      : { buffer: this.second, offset: (image - this.split) * IMAGE_BYTES, bytes: IMAGE_BYTES };
  }
}

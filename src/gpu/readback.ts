/**
 * Bringing small results to the CPU. `ReadbackRing` does so beside a running loop, through three mapped
 * buffers that are used only when free; `readBuffer` waits, for schedule points and tests.
 */
import type { Gpu } from './device.ts';

const RING = 3;

export class ReadbackRing {
  readonly #gpu: Gpu;
  readonly #free: GPUBuffer[];

  /** `bytes` is the most that one reading may bring. */
  constructor(gpu: Gpu, label: string, bytes: number) {
    this.#gpu = gpu;
    this.#free = Array.from({ length: RING }, (_, i) =>
      gpu.memory.allocate(
        'control',
        `${label} readback ${String(i)}`,
        bytes,
        GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      ),
    );
  }

  /**
   * Copies `bytes` of `source` from `offset` on and hands them over when they have arrived, as they were at
   * this point of the queue. Null when all three buffers are under way: ask again later.
   */
  read(source: GPUBuffer, offset: number, bytes: number): Promise<ArrayBuffer> | null {
    const staging = this.#free.pop();
    if (!staging) return null;
    return this.#copy(staging, source, offset, bytes);
  }

  async #copy(staging: GPUBuffer, source: GPUBuffer, offset: number, bytes: number) {
    const encoder = this.#gpu.device.createCommandEncoder({ label: 'readback' });
    encoder.copyBufferToBuffer(source, offset, staging, 0, bytes);
    this.#gpu.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ, 0, bytes);
    const data = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    this.#free.push(staging);
    return data;
  }
}

/** The content of a buffer (created with COPY_SRC), from `offset` on. Waits for all work before it. */
export async function readBuffer(
  gpu: Gpu,
  source: GPUBuffer,
  offset = 0,
  bytes = source.size - offset,
): Promise<ArrayBuffer> {
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = gpu.memory.allocate('control', `reading ${source.label}`, bytes, usage);
  const encoder = gpu.device.createCommandEncoder({ label: 'reading' });
  encoder.copyBufferToBuffer(source, offset, staging, 0, bytes);
  gpu.device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ, 0, bytes);
  const data = staging.getMappedRange(0, bytes).slice(0);
  gpu.memory.free(staging);
  return data;
}

/** A range of a buffer (created with COPY_SRC), in bytes; both are multiples of 4. */
export interface ReadRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * The content of many ranges, one after another, as they are at this point of the queue: work that is queued
 * later is not waited for.
 */
export async function readRanges(gpu: Gpu, ranges: readonly ReadRange[]): Promise<ArrayBuffer> {
  const all = ranges.reduce((sum, { bytes }) => sum + bytes, 0);
  if (all === 0) return new ArrayBuffer(0);
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = gpu.memory.allocate('control', 'reading ranges', all, usage);
  const encoder = gpu.device.createCommandEncoder({ label: 'reading ranges' });
  let at = 0;
  for (const { buffer, offset, bytes } of ranges) {
    encoder.copyBufferToBuffer(buffer, offset, staging, at, bytes);
    at += bytes;
  }
  gpu.device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ, 0, all);
  const data = staging.getMappedRange(0, all).slice(0);
  gpu.memory.free(staging);
  return data;
}

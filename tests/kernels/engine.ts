/**
 * The device of a test process, opened once, and buffers with given content: what every kernel test
 * stands on.
 */
import { openGpu, type Gpu } from '../../src/gpu/device.ts';
import { readBuffer } from '../../src/gpu/readback.ts';
import type { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { testGpu } from '../setup/device.ts';

let opened: Promise<Gpu> | undefined;

/** The device of this test process, opened once. */
export function gpu(): Promise<Gpu> {
  return (opened ??= openAnother());
}

/** A device of the caller's own, for tests that spoil theirs. */
export async function openAnother(): Promise<Gpu> {
  const result = await openGpu(await testGpu());
  if (!result.ok) throw new Error(result.message);
  return result.gpu;
}

/** Fails if the device found anything wrong that no scope caught. */
export async function noErrors(): Promise<void> {
  const { device, errors } = await gpu();
  await device.queue.onSubmittedWorkDone();
  if (errors.length > 0) throw new Error(errors.join('\n'));
}

/** A storage buffer that can be written and read; freed by `memory.releaseAll`. */
export function storageBuffer({ memory }: Gpu, label: string, bytes: number): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  return memory.allocate('workspace', label, bytes, usage);
}

/** A storage buffer that holds `data`, zeros up to the next 16 bytes. */
export function upload(
  device: Gpu,
  label: string,
  data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
): GPUBuffer {
  const buffer = storageBuffer(device, label, data.byteLength);
  device.device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

/** The first `count` floats of a buffer, or all. */
export async function readFloats(
  device: Gpu,
  buffer: GPUBuffer,
  count = buffer.size / 4,
): Promise<Float32Array<ArrayBuffer>> {
  return new Float32Array(await readBuffer(device, buffer, 0, count * 4));
}

/** The first `count` words of a buffer, or all. */
export async function readWords(
  device: Gpu,
  buffer: GPUBuffer,
  count = buffer.size / 4,
): Promise<Uint32Array<ArrayBuffer>> {
  return new Uint32Array(await readBuffer(device, buffer, 0, count * 4));
}

/** The lists of a sparse parameter as the GPU has them. */
export async function readLists(
  store: ParameterStore,
  name: string,
): Promise<Uint32Array<ArrayBuffer>> {
  const bytes = store.listsOf(name).byteLength;
  return new Uint32Array(await readBuffer(store.gpu, store.lists!, store.listsAt(name) * 4, bytes));
}

/** Where two equally long arrays first differ; −1 where they are the same, as `toEqual` says much slower. */
export function firstDifference(a: Uint32Array, b: Uint32Array): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} words beside ${b.length}`);
  return a.findIndex((word, i) => word !== b[i]);
}

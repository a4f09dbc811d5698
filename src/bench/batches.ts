/**
 * The one list of batches that every stack trains on, drawn from the counter RNG: uniform noise as bytes,
 * normalised as CIFAR-10 is, with uniform labels. Batch b has seed b + 1, as PyTorch's fixtures have it.
 */
import { CIFAR10 } from '../data/cifar.ts';
import { IMAGE_BYTES } from '../data/image-set.ts';
import { hashBelow, hashU32 } from '../gpu/rng.ts';
import { CLASSES, type Workload } from './workloads.ts';

/** Streams of the RNG, as in the fixtures. */
const IMAGE_STREAM = 7;
const LABEL_STREAM = 8;

/** Batches of the list; step s trains on batch s modulo this. */
export const BATCH_COUNT = 20;

export interface Batch {
  /** [N][3][32][32] */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** (byte / 255 − mean) / std of each channel, [N][3][32][32]. */
  readonly images: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
}

/** The batches of a workload, the same on every call. */
export function batchesOf({ batch }: Pick<Workload, 'batch'>): Batch[] {
  return Array.from({ length: BATCH_COUNT }, (_, index) => {
    const seed = index + 1;
    const bytes = new Uint8Array(batch * IMAGE_BYTES);
    for (let i = 0; i < bytes.length; i++) bytes[i] = hashU32(seed, IMAGE_STREAM, i) & 255;
    return { bytes, images: normalise(bytes), labels: labelsOf(seed, batch) };
  });
}

function normalise(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const plane = IMAGE_BYTES / 3;
  return Float32Array.from(bytes, (byte, i) => {
    const channel = Math.floor(i / plane) % 3;
    return (byte / 255 - CIFAR10.mean[channel]!) / CIFAR10.std[channel]!;
  });
}

const labelsOf = (seed: number, rows: number) =>
  Int32Array.from({ length: rows }, (_, row) => hashBelow(seed, LABEL_STREAM, row, CLASSES));

/** [N][classes] of zeros with a one at each row's label. */
export function oneHot(labels: Int32Array): Float32Array<ArrayBuffer> {
  const hot = new Float32Array(labels.length * CLASSES);
  labels.forEach((label, row) => {
    hot[row * CLASSES + label] = 1;
  });
  return hot;
}

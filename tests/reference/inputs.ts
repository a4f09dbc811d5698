/**
 * What a fixture is fed, drawn from the shared RNG exactly as `pytorch/inputs.py` draws it, so that
 * fixtures hold outputs alone. Streams: 7 images, 8 labels, 9 stored logits, 20 … 29 tensors of the
 * layer fixtures by role.
 */
import { hashBelow, hashU32, hashUniform } from '../../src/gpu/rng.ts';

export const IMAGE_STREAM = 7;
export const LABEL_STREAM = 8;
export const STORED_LOGITS_STREAM = 9;

/** Streams of layer fixtures, by the role of the tensor. */
export const ROLE_STREAM = {
  x: 20,
  weight: 21,
  bias: 22,
  dy: 23,
  residual: 24,
  runningMean: 25,
  runningVariance: 26,
  logits: 27,
  target: 28,
  gradient: 29,
} as const;

export type Role = keyof typeof ROLE_STREAM;

export const CIFAR10_MEAN = [0.4914, 0.4822, 0.4465] as const;
export const CIFAR10_STD = [0.247, 0.2435, 0.2615] as const;

/** Bytes [count][3][size][size]. */
export function imageBytes(seed: number, count: number, size = 32): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * 3 * size * size);
  return bytes.map((_, i) => hashU32(seed, IMAGE_STREAM, i) & 255);
}

/** (byte / 255 − mean) / std of bytes [N][3][area], in float64, rounded once. */
export function normalise(bytes: Uint8Array, area = 1024): Float32Array<ArrayBuffer> {
  return Float32Array.from(bytes, (byte, i) => {
    const channel = Math.floor(i / area) % 3;
    return (byte / 255 - CIFAR10_MEAN[channel]!) / CIFAR10_STD[channel]!;
  });
}

/** Labels [count]. */
export function labelsOf(seed: number, count: number, classes = 10): Uint32Array<ArrayBuffer> {
  return new Uint32Array(count).map((_, n) => hashBelow(seed, LABEL_STREAM, n, classes));
}

/** scale · (2 U − 1) + shift, row-major, rounded to float32. */
export function uniformTensor(
  seed: number,
  stream: number,
  size: number,
  scale = 1,
  shift = 0,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(size);
  return values.map((_, i) => scale * (2 * hashUniform(seed, stream, i) - 1) + shift);
}

/** Logits to be distilled, [count][classes]. */
export function storedLogits(seed: number, count: number, classes = 10): Float32Array<ArrayBuffer> {
  return uniformTensor(seed, STORED_LOGITS_STREAM, count * classes);
}

/** FNV-1a, 32 bits, of the UTF-8 bytes of a name (Fowler, Noll and Vo): the stream of a parameter. */
export function streamOfName(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * Initial value of a parameter [Co][Ci][kh][kw] or [out][in] or [n] by the rule written out in
 * `pytorch/parameters.py`. `fanShape` is the shape of the layer's weight, which a linear bias needs;
 * norm parameters are 1 and 0. `normal` is ResNet-32's rule for convolutions.
 */
export function initialParameter(
  name: string,
  shape: readonly number[],
  fanShape: readonly number[] | 'norm',
  seed: number,
  normal: boolean,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  if (fanShape === 'norm') return values.fill(name.endsWith('.weight') ? 1 : 0);
  const stream = streamOfName(name);
  const taps = fanShape.slice(2).reduce((a, b) => a * b, 1);
  if (normal && fanShape.length === 4) {
    const std = Math.sqrt(2 / (fanShape[0]! * taps));
    return values.map((_, e) => {
      const u = 1 - hashUniform(seed, stream, 2 * e);
      const v = hashUniform(seed, stream, 2 * e + 1);
      return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v) * std;
    });
  }
  const bound = 1 / Math.sqrt(fanShape[1]! * taps);
  return values.map((_, e) => (2 * hashUniform(seed, stream, e) - 1) * bound);
}

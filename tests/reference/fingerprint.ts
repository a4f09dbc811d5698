/**
 * Compares a gradient of any size with the few hundred numbers that a fixture keeps of it: the counter-
 * part of `pytorch/gradients.py`.
 */
import { hashU32 } from '../../src/gpu/rng.ts';
import { streamOfName } from './inputs.ts';

const SAMPLES = 512;
const SAMPLE_SEED = 101;
const DOTS = 4;
const DOT_SEED = 201;

export interface Fingerprint {
  /** Name of the tensor: it seeds the draws below. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Largest |g|. */
  readonly largest: number;
  /** Euclidean norm. */
  readonly norm: number;
  /** Dot products with vectors of ±1, in which every entry takes part. */
  readonly dots: Float32Array;
  /** g at `entries`, in PyTorch's order of elements. */
  readonly samples: Float32Array;
  /** Which entries were kept: all of them, or 512 drawn with replacement. */
  readonly entries: Uint32Array;
}

/** Numbers that the fingerprint of a tensor of `size` entries takes. */
export function fingerprintLength(size: number): number {
  return 2 + DOTS + Math.min(size, SAMPLES);
}

export function readFingerprint(
  name: string,
  shape: readonly number[],
  size: number,
  stored: Float32Array,
): Fingerprint {
  const stream = streamOfName(name);
  return {
    name,
    shape,
    largest: stored[0]!,
    norm: stored[1]!,
    dots: stored.subarray(2, 2 + DOTS),
    samples: stored.subarray(2 + DOTS),
    entries: Uint32Array.from({ length: Math.min(size, SAMPLES) }, (_, k) =>
      size <= SAMPLES ? k : Math.floor((hashU32(SAMPLE_SEED, stream, k) / 0x100000000) * size),
    ),
  };
}

/** Errors of a gradient, each relative as it says; NaN where the gradient holds one. */
export interface FingerprintErrors {
  /** max|a − b| / max|b| over the kept entries; max|b| is of the whole tensor. */
  readonly entries: number;
  /** Largest difference of a dot product, over the norm. */
  readonly dots: number;
  /** Difference of the largest magnitudes, over the largest magnitude. */
  readonly largest: number;
  /** Difference of the norms, over the norm. */
  readonly norm: number;
}

/**
 * What a right float32 implementation stays below: 1e-4 as the parity rule has it; 3e-4 for the dot
 * products, in which the errors of all entries add up (PyTorch's own float32 reaches 4e-5 and 9e-5).
 */
export const GRADIENT_TOLERANCE: FingerprintErrors = {
  entries: 1e-4,
  dots: 3e-4,
  largest: 1e-4,
  norm: 1e-4,
};

/**
 * The same for what w1's parameters moved over its 20 steps in float32: rounding of the weights and a
 * few ReLU signs let PyTorch's own float32 err by 1e-3.
 */
export const DISPLACEMENT_TOLERANCE: FingerprintErrors = {
  entries: 1e-2,
  dots: 3e-2,
  largest: 1e-2,
  norm: 1e-2,
};

/** Compares `actual`, the whole gradient in PyTorch's order of elements. Throws if its size is wrong. */
export function fingerprintErrors(
  expected: Fingerprint,
  actual: ArrayLike<number>,
): FingerprintErrors {
  const size = expected.shape.reduce((a, b) => a * b, 1);
  if (actual.length !== size) {
    throw new RangeError(`${expected.name}: ${actual.length} of ${size} entries`);
  }
  const stream = streamOfName(expected.name);
  const dots = new Float64Array(DOTS);
  let largest = 0;
  let squares = 0;
  for (let e = 0; e < size; e++) {
    const g = actual[e]!;
    largest = Math.max(largest, Math.abs(g));
    squares += g * g;
    for (let j = 0; j < DOTS; j++) dots[j]! += hashU32(DOT_SEED + j, stream, e) & 1 ? -g : g;
  }
  const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(b).reduce((most, value, i) => Math.max(most, Math.abs(value - a[i]!)), 0);
  const kept = Array.from(expected.entries, (e) => actual[e]!);
  return {
    entries: worst(kept, expected.samples) / expected.largest,
    dots: worst(dots, expected.dots) / expected.norm,
    largest: Math.abs(largest - expected.largest) / expected.largest,
    norm: Math.abs(Math.sqrt(squares) - expected.norm) / expected.norm,
  };
}

/** The errors that exceed the tolerance, in words, for a test's message; empty if all is well. */
export function fingerprintFailures(
  expected: Fingerprint,
  actual: ArrayLike<number>,
  tolerance: FingerprintErrors = GRADIENT_TOLERANCE,
): string[] {
  const errors = fingerprintErrors(expected, actual);
  return (['entries', 'dots', 'largest', 'norm'] as const)
    .filter((measure) => !(errors[measure] <= tolerance[measure]))
    .map((measure) => `${expected.name}: ${measure} off by ${errors[measure].toExponential(1)}`);
}

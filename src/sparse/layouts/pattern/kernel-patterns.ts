/**
 * The patterns that a 3×3 kernel may keep: four taps, the centre among them. These are the natural ones of
 * PatDNN (Niu et al., ASPLOS 2020) and of Ma et al. (*An Image Enhancing Pattern-based Sparsity*, ECCV 2020):
 * the four squares around a corner of the centre, whose sum is a Gaussian filter, and the centre with three
 * of its four neighbours, whose sum is an enhanced Laplacian of Gaussian. MEST says that it takes eight, but
 * not which.
 */
import { hashU32 } from '../../../gpu/rng.ts';
import { fnv1a } from '../../../nn/tensor/init.ts';

/** Taps of a 3×3 kernel, and those that a pattern keeps. */
export const KERNEL_TAPS = 9;
export const PATTERN_TAPS = 4;

/** Bit 3·y + x is the tap at row y and column x. */
export const PATTERNS: readonly number[] = [
  0b000_011_011, 0b000_110_110, 0b011_011_000, 0b110_110_000, 0b010_111_000, 0b000_111_010,
  0b010_110_010, 0b010_011_010,
];

/** The taps of a pattern, ascending, as their weights are stored. */
export function tapsOf(pattern: number): number[] {
  return Array.from({ length: KERNEL_TAPS }, (_, tap) => tap).filter((tap) => (pattern >> tap) & 1);
}

/** Taps by pattern: a layer has them looked up hundreds of thousands of times. */
export const TAPS: ReadonlyMap<number, readonly number[]> = new Map(
  PATTERNS.map((pattern) => [pattern, tapsOf(pattern)]),
);

/** The pattern that a kernel of the weight called `name` starts with, all alike likely. */
export function randomPattern(name: string, seed: number, kernel: number): number {
  return PATTERNS[hashU32(seed, fnv1a(`${name} pattern`), kernel) % PATTERNS.length]!;
}

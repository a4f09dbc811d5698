/** Exemplars step by step against the paper's line, worked out over whole subsets, and in a case by hand. */
import { describe, expect, it } from 'vitest';
import { herd } from '../../../src/continual/buffer/herding.ts';
import { RandomStream } from '../../../src/gpu/rng.ts';

const vectors = (values: readonly (readonly number[])[]) =>
  values.map((value) => Float32Array.from(value));

/** ‖μ − mean of those chosen‖, from the definition. */
function distance(features: readonly Float32Array[], chosen: readonly number[]): number {
  const meanOf = (of: readonly Float32Array[], c: number) =>
    of.reduce((sum, vector) => sum + vector[c]!, 0) / of.length;
  return Math.hypot(
    ...Array.from(
      features[0]!,
      (_, c) =>
        meanOf(features, c) -
        meanOf(
          chosen.map((i) => features[i]!),
          c,
        ),
    ),
  );
}

describe('herd', () => {
  it('chooses by hand: the mean is 3, so 3, then 2 (or 4: the first), then what balances it', () => {
    // Mean of 0, 2, 3, 4, 6 is 3: first 3; next 2 and 4 are as far (2.5 and 3.5): the first; then 4.
    expect(herd(vectors([[0], [2], [3], [4], [6]]), 5)).toEqual([2, 1, 3, 0, 4]);
  });

  it.each([1, 2, 3])('is at each step the best next one of all, seed %i', (seed) => {
    const random = new RandomStream(seed, 52);
    const features = vectors(
      Array.from({ length: 15 }, () => Array.from({ length: 4 }, () => random.normal())),
    );
    const chosen = herd(features, 15);
    expect([...chosen].sort((a, b) => a - b)).toEqual(features.map((_, i) => i));
    chosen.forEach((picked, n) => {
      const before = chosen.slice(0, n);
      const others = features.map((_, i) => i).filter((i) => !before.includes(i) && i !== picked);
      const own = distance(features, [...before, picked]);
      for (const other of others) {
        expect(own, `${n}: ${picked} or ${other}`).toBeLessThan(
          distance(features, [...before, other]),
        );
      }
    });
    expect(herd(features, 4)).toEqual(chosen.slice(0, 4));
  });

  it('takes no more than there are, each once, equal or not', () => {
    expect(herd(vectors([[1], [1], [1]]), 7)).toEqual([0, 1, 2]);
    expect(herd([], 7)).toEqual([]);
  });
});

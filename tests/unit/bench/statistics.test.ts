import { describe, expect, test } from 'vitest';
import { medianRatio, quantile, summarize } from '../../../src/bench/statistics.ts';

describe('quantile', () => {
  // numpy.quantile's default, worked by hand.
  test.each([
    { values: [3, 1, 2], q: 0.5, expected: 2 },
    { values: [4, 1, 3, 2], q: 0.5, expected: 2.5 },
    { values: [10, 20, 30, 40], q: 0.25, expected: 17.5 },
    { values: [10, 20, 30, 40], q: 0.75, expected: 32.5 },
    { values: [5], q: 0.25, expected: 5 },
  ])('$q of $values is $expected', ({ values, q, expected }) => {
    expect(quantile(values, q)).toBeCloseTo(expected, 12);
  });

  test('sorts numbers as numbers, and leaves what it was given', () => {
    const values = [100, 9, 20];
    expect(quantile(values, 0.5)).toBe(20);
    expect(values).toEqual([100, 9, 20]);
  });

  test('of nothing is not a number', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});

test('summarize gives count, least, median and quartiles', () => {
  expect(summarize([7, 1, 3, 5, 9])).toEqual({ count: 5, min: 1, lower: 3, median: 5, upper: 7 });
  expect(summarize([])).toBeNull();
});

describe('medianRatio', () => {
  test('divides within rounds: a machine that halves its speed changes nothing', () => {
    expect(medianRatio([30, 60, 33], [10, 20, 11])).toBe(3);
  });

  test('is the median of ratios, not the ratio of medians', () => {
    // Ratios 1, 4, 2; the medians are 4 and 2.
    expect(medianRatio([1, 8, 4], [1, 2, 2])).toBe(2);
    expect(medianRatio([1, 9, 4], [1, 1, 2])).toBe(2);
  });

  test('leaves out rounds that either side missed', () => {
    expect(medianRatio([9, null, 5, 4], [3, 1, null, 2])).toBe(2.5);
    expect(medianRatio([1, null], [null, 1])).toBeNull();
  });
});

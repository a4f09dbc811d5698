/** The loss curve's arithmetic against sums written out, and its cost in points. */
import { describe, expect, it } from 'vitest';
import { ceiling, decimate, sample, smooth } from '../../../src/ui/views/curve.ts';

describe('smooth', () => {
  it('is the weighted mean with weights falling by window / (window + 1)', () => {
    const values = [4, 1, 7, 2, 9];
    const q = 3 / 4;
    const expected = values.map((_, n) => {
      const weights = values.slice(0, n + 1).map((__, i) => q ** (n - i));
      const total = weights.reduce((a, b) => a + b, 0);
      return weights.reduce((sum, w, i) => sum + w * values[i]!, 0) / total;
    });
    const smoothed = smooth(values, 3);
    expect(smoothed).toHaveLength(values.length);
    smoothed.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 12);
    });
  });

  it('starts anew where it is told and leaves gaps out', () => {
    expect([...smooth([10, 10, 2, 2], 50, [2])]).toEqual([10, 10, 2, 2]);
    expect([...smooth([Number.NaN, 3, Number.NaN], 5)]).toEqual([Number.NaN, 3, 3]);
  });
});

describe('decimate', () => {
  it('returns every point while there is room', () => {
    expect(decimate([3, 1, 2], 10)).toEqual([
      { step: 0, value: 3 },
      { step: 1, value: 1 },
      { step: 2, value: 2 },
    ]);
  });

  it('keeps both extremes of every column, in order, and no more', () => {
    const values = Array.from({ length: 100_003 }, (_, i) => Math.sin(i * 12.9898) * 43.7);
    values[61_234] = 1e6;
    values[61_235] = -1e6;
    const points = decimate(values, 400);
    expect(points.length).toBeLessThanOrEqual(802);
    expect(points.every((p, i) => i === 0 || p.step > points[i - 1]!.step)).toBe(true);
    expect(points.every((p) => values[p.step] === p.value)).toBe(true);
    expect(points.map((p) => p.value)).toContain(1e6);
    expect(points.map((p) => p.value)).toContain(-1e6);
  });

  it('skips gaps and copes with nothing', () => {
    expect(decimate([], 10)).toEqual([]);
    expect(decimate([Number.NaN, Number.NaN, 5, Number.NaN], 2)).toEqual([{ step: 2, value: 5 }]);
  });
});

describe('sample', () => {
  it('ends every column where it ends and the curve where it ends', () => {
    const values = Array.from({ length: 10 }, (_, i) => i * i);
    expect(sample(values, 5).map((point) => point.step)).toEqual([1, 3, 5, 7, 9]);
    expect(sample(values, 3).at(-1)).toEqual({ step: 9, value: 81 });
    expect(sample(values, 50)).toHaveLength(10);
    expect(sample([1, Number.NaN], 2)).toEqual([{ step: 0, value: 1 }]);
    expect(sample([], 2)).toEqual([]);
  });
});

it('a spike does not flatten the rest of the curve', () => {
  const at = (value: number) => ({ step: 0, value });
  expect(ceiling([at(3), at(2)], [at(2.5)])).toBe(3);
  expect(ceiling([at(900), at(2)], [at(2.5)])).toBe(5);
  expect(ceiling([], [])).toBe(1);
});

/** The loss curve's arithmetic against plain sums over the whole series, however it arrives, and its cost in points. */
import { describe, expect, it } from 'vitest';
import { ceiling, Envelope, RunningMean, sample } from '../../../src/ui/style/chart/curve.ts';

/** The weighted mean written out: weights fall by window / (window + 1), from the last restart on. */
function plainMean(values: readonly number[], window: number, restarts: readonly number[]) {
  const q = window / (window + 1);
  return values.map((_, n) => {
    const from = Math.max(0, ...restarts.filter((restart) => restart <= n));
    let [sum, total] = [0, 0];
    let age = 0;
    for (let i = n; i >= from; i--) {
      if (!Number.isFinite(values[i])) continue;
      sum += q ** age * values[i]!;
      total += q ** age;
      age++;
    }
    return sum / total;
  });
}

/** Extremes of each stretch, found by looking at all of it. */
function plainEnvelope(values: readonly number[], columns: number, steps: number) {
  const points: { step: number; value: number }[] = [];
  for (let column = 0; column < columns; column++) {
    const own = values
      .map((value, step) => ({ step, value }))
      .filter(
        ({ step }) => step * columns >= column * steps && step * columns < (column + 1) * steps,
      )
      .filter(({ value }) => Number.isFinite(value));
    const least = Math.min(...own.map(({ value }) => value));
    const most = Math.max(...own.map(({ value }) => value));
    const ends = [least, most].map((end) => own.findIndex(({ value }) => value === end));
    for (const i of [...new Set(ends)].sort((a, b) => a - b)) if (i >= 0) points.push(own[i]!);
  }
  return points;
}

/** Numbers that look random and are the same every time, in [0, 1). */
const noise = (i: number): number => {
  const x = Math.sin(i * 12.9898) * 43758.5453;
  return x - Math.floor(x);
};

/** A run with gaps, a spike and a step that diverged for a moment. */
const SERIES = Array.from({ length: 1200 }, (_, i) => {
  if (i % 97 === 13) return Number.NaN;
  if (i === 500) return Number.POSITIVE_INFINITY;
  return i === 700 ? 1e6 : 3 * noise(i) + 200 / (i + 20);
});

/** The series as it comes: piece by piece, some of them empty. */
function* growing(): Generator<readonly number[]> {
  const series: number[] = [];
  for (let k = 0; series.length < SERIES.length; k++) {
    series.push(...SERIES.slice(series.length, series.length + Math.floor(40 * noise(k + 0.5))));
    yield series;
  }
}

describe('RunningMean', () => {
  it.each([0, 3, 50])('of window %i is the weighted mean, whatever it comes in', (window) => {
    const restarts = [0, 300, 301, 900, 5000];
    const mean = new RunningMean(window, restarts);
    for (const series of growing()) mean.follow(series);
    const expected = plainMean(SERIES, window, restarts);
    expect(mean.values).toHaveLength(SERIES.length);
    mean.values.forEach((value, i) => {
      if (Number.isNaN(expected[i])) expect(value).toBeNaN();
      else expect(value / expected[i]!).toBeCloseTo(1, 9);
    });
  });

  it('starts anew where it is told and leaves gaps out', () => {
    const anew = new RunningMean(50, [2]);
    anew.follow([10, 10, 2, 2]);
    expect(anew.values).toEqual([10, 10, 2, 2]);
    const gaps = new RunningMean(5);
    gaps.follow([Number.NaN, 3, Number.NaN]);
    expect(gaps.values).toEqual([Number.NaN, 3, 3]);
  });

  it('knows where the series stopped being numbers for good', () => {
    const mean = new RunningMean(5);
    mean.follow([1, Number.NaN, 2]);
    expect(mean.finite).toBe(3);
    mean.follow([1, Number.NaN, 2, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(mean.finite).toBe(3);
  });

  it('looks at each value once', () => {
    let reads = 0;
    const series = new Proxy<number[]>([], {
      get(target, key, self): unknown {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
        return Reflect.get(target, key, self);
      },
    });
    const mean = new RunningMean(20);
    const envelope = new Envelope(300, 4000);
    for (let i = 0; i < 4000; i++) {
      series.push(noise(i));
      mean.follow(series);
      envelope.follow(series);
    }
    expect(reads).toBe(2 * 4000);
  });
});

describe('Envelope', () => {
  it.each([
    [50, 1200],
    [77, 1500],
    [400, 1200],
    [5000, 1200],
  ])(
    'of %i columns over %i steps has the extremes of each, whatever it comes in',
    (columns, steps) => {
      const envelope = new Envelope(columns, steps);
      for (const series of growing()) envelope.follow(series);
      expect(envelope.points()).toEqual(plainEnvelope(SERIES, Math.min(columns, steps), steps));
    },
  );

  it('keeps two points a column at most, and every spike', () => {
    const values = Array.from({ length: 100_003 }, (_, i) => 40 * noise(i));
    values[61_234] = 1e6;
    values[61_235] = -1e6;
    const envelope = new Envelope(400, 100_003);
    envelope.follow(values);
    const points = envelope.points();
    expect(points.length).toBeLessThanOrEqual(800);
    expect(points.every((p, i) => i === 0 || p.step > points[i - 1]!.step)).toBe(true);
    expect(points.map((p) => p.value)).toEqual(expect.arrayContaining([1e6, -1e6]));
  });

  it('copes with nothing, and with nothing finite', () => {
    const envelope = new Envelope(10, 20);
    expect(envelope.points()).toEqual([]);
    envelope.follow([Number.NaN, Number.NEGATIVE_INFINITY]);
    expect(envelope.points()).toEqual([]);
  });
});

describe('sample', () => {
  it('ends every column where it ends and the curve where it ends', () => {
    const values = Array.from({ length: 10 }, (_, i) => i * i);
    const steps = (columns: number, of: number): number[] =>
      sample(values, columns, of).map((point) => point.step);
    expect(steps(5, 10)).toEqual([1, 3, 5, 7, 9]);
    expect(steps(5, 15)).toEqual([2, 5, 8, 9]);
    expect(sample(values, 3, 10).at(-1)).toEqual({ step: 9, value: 81 });
    expect(sample(values, 50, 10)).toHaveLength(10);
    expect(sample([1, Number.NaN], 2, 2)).toEqual([{ step: 0, value: 1 }]);
    expect(sample(values, 5, 10, 4).map((point) => point.step)).toEqual([1, 3]);
    expect(sample([], 2, 10)).toEqual([]);
  });
});

it('a spike does not flatten the rest of the curve', () => {
  const at = (value: number) => ({ step: 0, value });
  expect(ceiling([at(3), at(2)], [at(2.5)])).toBe(3);
  expect(ceiling([at(900), at(2)], [at(2.5)])).toBe(5);
  expect(ceiling([], [])).toBe(1);
});

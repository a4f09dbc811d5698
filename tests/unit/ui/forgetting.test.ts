/** Accuracy curves, the sentence that says what was lost, and room for labels: against cases worked out by hand. */
import { describe, expect, it } from 'vitest';
import {
  accuracyCurves,
  endLabels,
  taskRanges,
  verdict,
} from '../../../src/ui/views/accuracy/accuracy-curves.ts';
import type { MatrixAt } from '../../../src/ui/view/moment.ts';
import { spread } from '../../../src/ui/style/chart/spread.ts';

const FORGETS: MatrixAt = {
  untrained: [0.1, 0.2, 0.3],
  rows: [
    [0.92, 0.05, 0],
    [0.03, 0.8, 0],
    [0.01, 0.2, 0.9],
  ],
  testedAt: [10, 25, 30],
};
const upTo = (matrix: MatrixAt, rows: number): MatrixAt => ({
  untrained: matrix.untrained,
  rows: matrix.rows.slice(0, rows),
  testedAt: matrix.testedAt.slice(0, rows),
});

describe('accuracyCurves', () => {
  it('reads a column: before its task was learnt, and since', () => {
    const [, second] = accuracyCurves(FORGETS, false);
    expect(second).toEqual({
      task: 1,
      before: [
        { at: 0, after: -1, value: 0.2 },
        { at: 10, after: 0, value: 0.05 },
        { at: 25, after: 1, value: 0.8 },
      ],
      since: [
        { at: 25, after: 1, value: 0.8 },
        { at: 30, after: 2, value: 0.2 },
      ],
    });
  });

  it('knows which tasks have not been learnt yet', () => {
    const curves = accuracyCurves(upTo(FORGETS, 1), false);
    expect(curves.map(({ since }) => since.length)).toEqual([1, 0, 0]);
    expect(curves.map(({ before }) => before.length)).toEqual([2, 2, 2]);
    expect(accuracyCurves({ untrained: null, rows: [], testedAt: [] }, false)).toEqual([]);
  });

  it('takes joint training to have learnt all tasks at its end', () => {
    const joint = { untrained: [0.1, 0.2], rows: [[0.8, 0.7]], testedAt: [40] };
    expect(accuracyCurves(joint, true).map(({ since }) => since)).toEqual([
      [{ at: 40, after: 0, value: 0.8 }],
      [{ at: 40, after: 0, value: 0.7 }],
    ]);
  });
});

describe('verdict', () => {
  const of = (matrix: MatrixAt, joint = false): string =>
    verdict(accuracyCurves(matrix, joint), joint, 0.1).replaceAll('\u00a0', ' ');

  it('tells what fell, by the numbers', () => {
    expect(of(upTo(FORGETS, 0))).toBe('');
    expect(of(upTo(FORGETS, 1))).toMatch(/^Task 1 was learnt to 92 %\./);
    expect(of(upTo(FORGETS, 2))).toBe('Task 1 was written over: 92 % when it was learnt, 3 % now.');
    expect(of(FORGETS)).toBe(
      'Every earlier task has been written over: task 1 was at 92 % when it was learnt and is at 1 % now.',
    );
    const half = { ...FORGETS, rows: [...FORGETS.rows.slice(0, 2), [0.5, 0.2, 0.9]] };
    expect(of(half)).toBe('Task 2 has lost most: 80 % when it was learnt, 20 % now.');
  });

  it('tells what stayed', () => {
    const kept = {
      untrained: null,
      rows: [
        [0.9, 0, 0],
        [0.88, 0.7, 0],
        [0.86, 0.72, 0.9],
      ],
      testedAt: [1, 2, 3],
    };
    expect(of(upTo(kept, 2))).toBe('Task 1 has stayed: 90 % when it was learnt, 88 % now.');
    expect(of(kept)).toMatch(/^Little was lost: each earlier task is within 5 points/);
  });

  it('does not praise what was never learnt', () => {
    const nothing = {
      untrained: null,
      rows: [
        [0.7, 0],
        [0.7, 0.08],
        [0.69, 0.07],
      ],
      testedAt: [1, 2, 3],
    };
    expect(of({ ...nothing, rows: nothing.rows.map((row) => [...row, 0]) })).toBe(
      'Little was lost, but little was there to lose: task 2 was at 8 % when its training ended.',
    );
  });

  it('has a sentence for a single task and for joint training', () => {
    expect(of({ untrained: [0.5], rows: [[0.75]], testedAt: [9] })).toMatch(
      /^There is one task alone, learnt to 75 %/,
    );
    expect(of({ untrained: null, rows: [[0.8, 0.7]], testedAt: [9] }, true)).toMatch(
      /^All tasks were learnt at once/,
    );
  });
});

describe('endLabels', () => {
  it('gives each curve its own, and a crowd one together', () => {
    expect(endLabels([], 10)).toEqual([]);
    expect(endLabels([50, 20, 52], 10)).toEqual([
      { curves: [1], position: 20 },
      { curves: [0], position: 50 },
      { curves: [2], position: 52 },
    ]);
    expect(endLabels([90, 8, 5, 10, 5, 16], 10)).toEqual([
      { curves: [1, 2, 3, 4], position: 7 },
      { curves: [5], position: 16 },
      { curves: [0], position: 90 },
    ]);
    // Each is near the next, and yet they end all over the place.
    expect(endLabels([0, 6, 12, 18, 24, 30], 10)).toHaveLength(6);
  });

  it('names a crowd in few characters', () => {
    expect(taskRanges([0, 1, 2, 3, 6, 9, 10])).toBe('1–4, 7, 10–11');
    expect(taskRanges([4])).toBe('5');
  });
});

describe('spread', () => {
  it('leaves alone what stands apart', () => {
    expect(spread([50, 10, 30], 15, 0, 100)).toEqual([50, 10, 30]);
    expect(spread([], 15, 0, 100)).toEqual([]);
  });

  it('moves neighbours apart by equal shares, and blocks that meet together', () => {
    expect(spread([50, 50], 10, 0, 100)).toEqual([45, 55]);
    // 20 and 22 want 16 and 26; 28 is then too near: mean 70 / 3, ten apart.
    const three = spread([28, 20, 22], 10, 0, 100);
    [70 / 3 + 10, 70 / 3 - 10, 70 / 3].forEach((value, i) => {
      expect(three[i]).toBeCloseTo(value, 12);
    });
  });

  it('stays within bounds, and shares the room where there is too little', () => {
    expect(spread([0, 1, 2], 10, 0, 100)).toEqual([0, 10, 20]);
    expect(spread([100, 99], 10, 0, 100)).toEqual([100, 90]);
    expect(spread([5, 5, 5, 5, 5], 10, 0, 20)).toEqual([0, 5, 10, 15, 20]);
  });

  it('keeps every distance and the order of twenty labels', () => {
    const wanted = Array.from({ length: 20 }, (_, i) => (i * 7919) % 101);
    const placed = spread(wanted, 12, 0, 240);
    const sorted = [...placed].sort((a, b) => a - b);
    sorted.slice(1).forEach((value, i) => {
      expect(value - sorted[i]!).toBeGreaterThanOrEqual(12 - 1e-9);
    });
    expect(sorted[0]).toBeGreaterThanOrEqual(0);
    expect(sorted.at(-1)).toBeLessThanOrEqual(240);
    for (const [i, a] of wanted.entries()) {
      for (const [j, b] of wanted.entries()) if (a < b) expect(placed[i]).toBeLessThan(placed[j]!);
    }
  });
});

import { describe, expect, test } from 'vitest';
import { cases } from '../../setup/cases.ts';

const AXES = {
  channels: [8, 3, 17, 64],
  size: [8, 4, 5],
  stride: [1, 2],
  bias: [true, false],
  groups: [1, 2, 3],
} as const;

describe('cases', () => {
  test('by default make every pair of values meet, in few combinations', () => {
    const chosen = cases(AXES, 'default');
    const names = Object.keys(AXES) as (keyof typeof AXES)[];
    for (const one of names) {
      for (const other of names.filter((name) => name > one)) {
        for (const a of AXES[one]) {
          for (const b of AXES[other]) {
            const met = chosen.some((row) => row[one] === a && row[other] === b);
            expect(met, `${one}=${String(a)} with ${other}=${String(b)}`).toBe(true);
          }
        }
      }
    }
    // No fewer than the two longest axes' pairs; of 144 combinations, a greedy cover takes about 13.
    expect(chosen.length).toBeGreaterThanOrEqual(12);
    expect(chosen.length).toBeLessThanOrEqual(16);
  });

  test('are the same each time', () => {
    expect(cases(AXES, 'default')).toEqual(cases(AXES, 'default'));
  });

  test('are all combinations, each once, in a long run', () => {
    const chosen = cases(AXES, 'long');
    expect(chosen.length).toBe(4 * 3 * 2 * 2 * 3);
    expect(new Set(chosen.map((row) => JSON.stringify(row))).size).toBe(chosen.length);
  });

  test('are the first and the last values in a smoke run', () => {
    expect(cases(AXES, 'smoke')).toEqual([
      { channels: 8, size: 8, stride: 1, bias: true, groups: 1 },
      { channels: 64, size: 5, stride: 2, bias: false, groups: 3 },
    ]);
    expect(cases({ only: [7] }, 'smoke')).toEqual([{ only: 7 }]);
  });

  test('of one axis are its values', () => {
    expect(cases({ only: [7, 8] }, 'default')).toEqual([{ only: 7 }, { only: 8 }]);
  });

  test('refuse an axis without values', () => {
    expect(() => cases({ size: [1], stride: [] }, 'default')).toThrow('axis stride has no value');
  });
});

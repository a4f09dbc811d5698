/** Numbers in words, by example. */
import { expect, it } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
} from '../../../src/ui/style/format.ts';

it.each([
  [0, '0 s'],
  [8.4, '8 s'],
  [59.6, '1 min 00 s'],
  [125, '2 min 05 s'],
  [3599.7, '1 h 00 min'],
  [12_030, '3 h 21 min'],
  [Number.POSITIVE_INFINITY, '–'],
  [Number.NaN, '–'],
  [-1, '–'],
])('a duration of %d seconds', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it('counts, shares, rates and bytes', () => {
  expect(formatCount(15_600)).toBe('15,600');
  expect(formatCompact(2_170_000)).toBe('2.17M');
  expect(formatPercent(0.4567)).toBe('45.7 %');
  expect(formatPercent(null)).toBe('–');
  expect(formatRate(3.14159)).toBe('3.14');
  expect(formatRate(1234.5)).toBe('1,235');
  expect(formatRate(0)).toBe('–');
  expect(formatBytes(412)).toBe('412 B');
  expect(formatBytes(3.5 * 1024)).toBe('3.5 KiB');
  expect(formatBytes(118 * 1024 ** 2)).toBe('118 MiB');
});

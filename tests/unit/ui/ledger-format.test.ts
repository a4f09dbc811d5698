/** Large counts, factors and milliseconds in words, by example. */
import { expect, it } from 'vitest';
import { formatFactor, formatMilliseconds, formatWords } from '../../../src/ui/style/format.ts';

it.each([
  [0, '0'],
  [999_499, '999,499'],
  [1_240_000, '1.24 million'],
  [320_299_008, '320 million'],
  [999_999_999, '1 billion'],
  [1.24e9, '1.24 billion'],
  [7.8e12, '7.8 trillion'],
  [2.545e15, '2.55 quadrillion'],
  [3e18, '3 quintillion'],
  [Number.NaN, '–'],
])('%d in words', (n, text) => {
  expect(formatWords(n)).toBe(text);
});

it.each([
  [9.34, '9.3×'],
  [9.96, '10×'],
  [12.64, '12.6×'],
  [310.4, '310×'],
  [0.854, '0.85×'],
  [Number.POSITIVE_INFINITY, '–'],
])('a factor of %d', (factor, text) => {
  expect(formatFactor(factor)).toBe(text);
});

it.each([
  [0.4217, '0.422 ms'],
  [42.51, '42.5 ms'],
  [640, '640 ms'],
  [999.9, '1 s'],
  [1910, '1.91 s'],
  [Number.NaN, '–'],
])('%d milliseconds', (ms, text) => {
  expect(formatMilliseconds(ms)).toBe(text);
});

/** Estimates in words: rounded to what is known. */
import { expect, it } from 'vitest';
import { aboutTime, against, formatFlops } from '../../../src/ui/controls/estimate-words.ts';

it.each([
  [null, '–'],
  [0.4, 'a few seconds'],
  [12, 'about 10 s'],
  [53, 'about 55 s'],
  [55, 'about 1 min'],
  [100, 'about 1½ min'],
  [125, 'about 2 min'],
  [570, 'about 9½ min'],
  [1500, 'about 25 min'],
  [3500, 'about 1 h'],
  [5400, 'about 1½ h'],
  [20 * 3600, 'about 20 h'],
  [5 * 86400, 'about 5 days'],
])('%s seconds are “%s”', (seconds, text) => {
  expect(aboutTime(seconds)).toBe(text);
});

it.each([
  [0, '0 FLOP'],
  [812, '812 FLOP'],
  [112.4e9, '112 GFLOP'],
  [1.688e12, '1.69 TFLOP'],
  [999.6e9, '1 TFLOP'],
  [21.7e15, '21.7 PFLOP'],
])('%d operations are %s', (flops, text) => {
  expect(formatFlops(flops)).toBe(text);
});

it.each([
  [1, 3.6, '3.6× less'],
  [2, 1, '2× more'],
  [100, 102, 'the same'],
  [0, 1, '–'],
])('%d against %d is %s', (own, dense, text) => {
  expect(against(own, dense)).toBe(text);
});

/**
 * How many weights MEST's elastic mutation moves over a task. Training has three stages: in the first
 * `maskChange` of all weights mutate, in the second half as many, in the third none. The release puts the
 * borders at epochs 90 and 120 of 160 and moves 2, 1, 0 % at sparsity .90 and 1, .5, 0 % at .95, every five
 * epochs from the first on; `maskEnd` is the second border (.75 there), and the first is three quarters of it.
 */
import type { DynamicOptions } from './dynamic.ts';
import { isBelow, updateTimes } from './schedule.ts';

/** First border of the stages over the second: 90 / 120. */
const HALVED_AT = 0.75;

/** The times of a task at which the mask mutates, with the share of all weights that each moves. */
export function mutations(options: DynamicOptions): { at: number; moved: number }[] {
  const { maskChange, maskEnd } = options;
  return updateTimes(options, 0).map((at) => ({
    at,
    moved: isBelow(at, HALVED_AT * maskEnd) ? maskChange : maskChange / 2,
  }));
}

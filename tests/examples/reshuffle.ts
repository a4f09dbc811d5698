/**
 * An example of a dynamic, beside the ones that papers have: half way through every task, of the weights that live
 * the largest quarter stays, and the others are drawn anew. It is what the README adds step by step.
 */
import type { Dynamic } from '../../src/sparse/dynamics/dynamic.ts';
import { restDensity } from '../../src/sparse/dynamics/schedule.ts';

export const reshuffle: Dynamic = {
  name: 'reshuffle',
  title: 'A mask that is shuffled once a task (example)',
  reads: [],
  initial: 'random',
  drop: 'magnitude',
  growth: 'random',
  room: restDensity,
  start: restDensity,
  changes: (options) => {
    const rest = restDensity(options);
    return [{ at: 0.5, dropTo: rest / 4, growTo: rest }];
  },
};

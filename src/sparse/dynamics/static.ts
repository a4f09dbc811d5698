/** A mask drawn by the seed that never changes: the baseline of every sparse-training table. */
import type { Dynamic } from './dynamic.ts';

export const staticMask: Dynamic = {
  name: 'static',
  title: 'Static random mask',
  reads: [],
  still: true,
  initial: 'random',
  drop: 'magnitude',
  growth: 'random',
  room: ({ sparsity }) => 1 - sparsity,
  start: ({ sparsity }) => 1 - sparsity,
  changes: () => [],
};

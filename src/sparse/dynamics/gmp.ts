/**
 * GMP, gradual magnitude pruning (Zhu and Gupta, *To prune, or not to prune: exploring the efficacy of pruning
 * for model compression*, 2017): training begins dense, and weights of least magnitude go along a cubic,
 *
 *   s(t) = s · (1 − (1 − t / T_end)³),
 *
 * with s_i = 0 and t₀ = 0 in the paper's words. Nothing ever grows, so there must be room for everything.
 *
 * Where we differ: the paper has one training; in a stream the mask is pruned during the first task, by
 * `maskEnd` of it, and rests from then on. A stream has no known end, and what follows is to be sparse.
 * Where a layout cannot be dense (patterns keep four taps of nine), it begins with all that it can have.
 */
import type { Dynamic } from './dynamic.ts';
import { updateTimes } from './schedule.ts';

export const gmp: Dynamic = {
  name: 'gmp',
  title: 'Gradual magnitude pruning (Zhu & Gupta, 2017)',
  reads: ['maskInterval', 'maskEnd'],
  initial: 'random',
  drop: 'magnitude',
  growth: 'random',
  room: () => 1,
  start: () => 1,
  changes: (options, { index }) => {
    if (index > 0) return [];
    const { sparsity, maskEnd } = options;
    return [...updateTimes(options, 1), maskEnd].map((at) => ({
      at,
      dropTo: 1 - sparsity * (1 - (1 - at / maskEnd) ** 3),
      growTo: null,
    }));
  },
};

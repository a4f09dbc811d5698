/**
 * SNIP (Lee, Ajanthan and Torr, *SNIP: Single-shot network pruning based on connection sensitivity*, ICLR
 * 2019): before training, weights are ranked by |w · ∂L/∂w| of the dense network on one batch of the first
 * task, the best live, and the mask never changes.
 *
 * SNIP ranks all weights of a network together; here each layer ranks its own, since the budget fixes how
 * many of each there are, and a storage of live weights needs to know. With layers as large as those of a
 * residual network at high sparsity this also keeps SNIP from emptying one, as it is known to.
 */
import type { Dynamic } from './dynamic.ts';
import { restDensity } from './schedule.ts';

export const snip: Dynamic = {
  name: 'snip',
  title: 'SNIP (Lee et al., 2019)',
  reads: [],
  initial: 'saliency',
  drop: 'magnitude',
  growth: 'random',
  room: restDensity,
  start: restDensity,
  changes: () => [],
};

/**
 * SparCL as its authors' code runs it (neu-spiral/SparCL at 3f983f3). It differs from the paper's text
 * (`sparcl.ts`) in two things. The importance is merged into one gradient, that of the whole training loss on
 * the last step, λ = .5 (`importanceAlpha`):
 *
 *   |w| + λ · |∂L/∂w of the last training step|;
 *
 * and every task begins with the expansion, the first too. The script's bounds for sparsity .75 are
 * prune-to .75-.76-.75 and grow-to .74-.75-.75 before epoch 5, before epoch 45, and after.
 *
 * Where we differ: the release takes the last step of the *epoch before*, which after a change of mask at every
 * fifth epoch is the last training step; its gradient is sparse by then (DGM), and so is ours where DGM is on.
 * It also holds the shifts of norms at 0, by a mask that it makes of their zeros: that is not repeated.
 */
import type { Dynamic } from './dynamic.ts';
import { restDensity } from './schedule.ts';
import { expandedDensity, taskAwareChanges } from './sparcl.ts';

export const sparclRelease: Dynamic = {
  name: 'sparcl-release',
  title: 'SparCL as released, merged importance (Wang et al., 2022)',
  reads: ['maskInterval', 'maskChange', 'maskEnd'],
  initial: 'magnitude',
  drop: 'last-gradient',
  growth: 'random',
  room: expandedDensity,
  start: restDensity,
  changes: (options) => taskAwareChanges(options, true),
};

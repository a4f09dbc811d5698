/**
 * Experience replay whose replayed batch has a forward of its own: a batch-norm group of its own, and a mean of its
 * own in the loss, so that a ragged current batch does not weigh the replayed one up. Otherwise as `er.ts`. SparCL-ER
 * (Wang et al., *SparCL: Sparse Continual Learning on the Edge*, NeurIPS 2022) is this under its mask and its
 * masked head; their released code has the branch with weight 1 (neu-spiral/SparCL at 3f983f3).
 *
 *     L = CE(current batch) + CE(replayed batch)
 *
 * As there, nothing is replayed in the first task, while the buffer fills.
 */
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT, READS_REPLAY, replayDraw } from './parts/draws.ts';

export const erSeparate: Strategy = {
  name: 'er-separate',
  title: 'Experience replay, the replayed batch by itself, as in SparCL-ER (Wang et al., 2022)',
  buffer: 'images',
  stream: 'tasks',
  reads: [...READS_CURRENT, ...READS_REPLAY],
  draws: (options) => [
    currentBatch(options, 0),
    { ...replayDraw(options, 1, { crossEntropy: 1 }), fromTask: 1 },
  ],
};

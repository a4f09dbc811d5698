/**
 * Dark experience replay++: DER of the same paper (Buzzega et al., NeurIPS 2020) with a third term, the
 * labels of a second, independent draw: logits stored just after a sudden change of task are biased.
 * Each draw is a forward of its own, so a batch-norm group of its own.
 *
 *     L = CE(current batch) + α · MSE(logits, stored logits) + β · CE(second draw)
 *
 * The MSE is mammoth's, a mean over images and classes: for K classes the paper's α is this one / K.
 */
import { alpha, beta } from './fields.ts';
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT, READS_REPLAY, replayDraw } from './parts/draws.ts';

const fields = { alpha, beta };

export const derpp: Strategy<typeof fields> = {
  name: 'derpp',
  title: 'Dark experience replay++, DER++ (Buzzega et al., 2020)',
  buffer: 'images+logits',
  stream: 'tasks',
  fields,
  reads: [...READS_CURRENT, ...READS_REPLAY],
  draws: (options) => [
    currentBatch(options, 0),
    replayDraw(options, 1, { mse: options.alpha }),
    replayDraw(options, 2, { crossEntropy: options.beta }),
  ],
};

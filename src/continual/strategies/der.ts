/**
 * Dark experience replay: Buzzega, Boschini, Porrello, Abati and Calderara, *Dark Experience for General
 * Continual Learning: a Strong, Simple Baseline*, NeurIPS 2020. A replayed image is held to the logits
 * it had when it was stored. Each draw is a forward of its own, so a batch-norm group of its own.
 *
 *     L = CE(current batch) + α · MSE(logits, stored logits)
 *
 * The MSE is mammoth's, a mean over images and classes: for K classes the paper's α is this one / K.
 */
import { alpha } from './fields.ts';
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT, READS_REPLAY, replayDraw } from './parts/draws.ts';

const fields = { alpha };

export const der: Strategy<typeof fields> = {
  name: 'der',
  title: 'Dark experience replay, DER (Buzzega et al., 2020)',
  buffer: 'images+logits',
  stream: 'tasks',
  fields,
  reads: [...READS_CURRENT, ...READS_REPLAY],
  draws: (options) => [currentBatch(options, 0), replayDraw(options, 1, { mse: options.alpha })],
};

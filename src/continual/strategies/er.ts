/**
 * Experience replay: Ratcliff, *Connectionist Models of Recognition Memory*, Psychological Review 97(2),
 * 1990; with a reservoir, Chaudhry et al., *On Tiny Episodic Memories in Continual Learning*, 2019.
 * Mammoth's form: current and replayed images are one concatenated batch, which they share in the mean
 * of the loss and in batch normalisation.
 *
 *     L = CE(current batch ∪ replayed batch)
 */
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT, READS_REPLAY, replayDraw } from './parts/draws.ts';

export const er: Strategy = {
  name: 'er',
  title: 'Experience replay (Chaudhry et al., 2019)',
  buffer: 'images',
  stream: 'tasks',
  reads: [...READS_CURRENT, ...READS_REPLAY],
  draws: (options) => [currentBatch(options, 0), replayDraw(options, 0, { crossEntropy: 1 })],
};

/**
 * The two words that strategies are written in: the current batch, and a draw from the replay buffer.
 */
import type { ClassSet } from '../../stream/class-sets.ts';
import type { Draw, RowTerms, StrategyOptions } from '../../batch/draw.ts';

/**
 * The current batch: cross-entropy over the classes of the strategy, or over those of the current task alone
 * where the config masks the head.
 */
export function currentBatch(
  options: StrategyOptions,
  normGroup: number,
  unmasked: ClassSet = 'all',
): Draw {
  const classes = options.maskedHead ? 'task' : unmasked;
  return { from: 'stream', rows: options.batch, normGroup, terms: { crossEntropy: 1, classes } };
}

/** One draw from the buffer, independent of any other. */
export function replayDraw(options: StrategyOptions, normGroup: number, terms: RowTerms): Draw {
  return { from: 'buffer', rows: options.replayBatch, normGroup, terms };
}

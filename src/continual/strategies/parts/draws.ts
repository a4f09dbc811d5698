/**
 * The two draws that strategies are written with: the current batch, and a draw from the replay buffer; and the config
 * fields that each of them reads.
 */
import type { ClassSet } from '../../stream/class-sets.ts';
import type { Draw, RowTerms, StrategyOptions } from '../../batch/draw.ts';

/** What a strategy reads by `currentBatch`, and by training on images of the stream, of which some may be left out. */
export const READS_CURRENT: readonly string[] = ['maskedHead', 'removal'];
/** What one with a buffer reads by `replayDraw`. */
export const READS_REPLAY: readonly string[] = ['bufferSize', 'replayBatch'];

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

/**
 * Joint training: all tasks at once, shuffled together, so that there is nothing to forget. The upper
 * bound of every comparison ("JOINT" in tables that follow Buzzega et al., NeurIPS 2020).
 *
 *     L = CE(current batch), drawn from the union of the tasks
 */
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT } from './parts/draws.ts';

export const joint: Strategy = {
  name: 'joint',
  title: 'Joint training (upper bound)',
  buffer: 'none',
  stream: 'joint',
  reads: READS_CURRENT,
  draws: (options) => [currentBatch(options, 0)],
};

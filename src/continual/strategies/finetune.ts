/**
 * Fine-tuning: plain training on whatever task is at hand, with nothing done against forgetting. The
 * lower bound of every comparison ("SGD" in tables that follow Buzzega et al., NeurIPS 2020).
 *
 *     L = CE(current batch)
 */
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT } from './parts/draws.ts';

export const finetune: Strategy = {
  name: 'finetune',
  title: 'Fine-tuning (lower bound)',
  buffer: 'none',
  stream: 'tasks',
  reads: READS_CURRENT,
  draws: (options) => [currentBatch(options, 0)],
};

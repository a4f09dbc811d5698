/**
 * An example of a strategy, beside the ones that papers have: experience replay with two independent draws from the
 * buffer, which weigh β together. It is what the README adds step by step.
 *
 *     L = CE(current batch) + β/2 · CE(replayed batch) + β/2 · CE(another replayed batch)
 */
import { beta } from '../../src/continual/strategies/fields.ts';
import {
  currentBatch,
  READS_CURRENT,
  READS_REPLAY,
  replayDraw,
} from '../../src/continual/strategies/parts/draws.ts';
import type { Strategy } from '../../src/continual/strategies/strategy.ts';

const fields = { beta };

export const erTwice: Strategy<typeof fields> = {
  name: 'er-twice',
  title: 'Experience replay, twice (example)',
  buffer: 'images',
  stream: 'tasks',
  fields,
  reads: [...READS_CURRENT, ...READS_REPLAY],
  draws: (options) => [
    currentBatch(options, 0),
    replayDraw(options, 1, { crossEntropy: options.beta / 2 }),
    replayDraw(options, 2, { crossEntropy: options.beta / 2 }),
  ],
};

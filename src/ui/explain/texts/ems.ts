/** What MEST with a soft memory bound does (`sparse/dynamics/ems.ts`, `sparse/dynamics/mutation.ts`). */
import type { Explanation } from '../explanation.ts';
import { MEST } from '../citations.ts';
import { mutates } from '../readings.ts';
import {
  allUnits,
  liveUnits,
  meanGradient,
  meanWeight,
  moved,
  schedule,
  setting,
  share,
} from '../symbols.ts';

export const ems: Explanation = {
  name: 'ems',
  views: ['masks'],
  applies: ({ layout, dynamic }) => layout !== 'dense' && dynamic === 'ems',
  title: 'MEST: elastic mutation, soft memory bound',
  body: 'Here weights [[grow]] before others go. What has been grown at random trains until the next change; only then are the least important of all dropped, old and new alike, back to the [[density]] of rest, and at once the next ones grow. So no good weight makes room for one that nobody has trained yet. The price is memory for m more. Importance is size plus λ times the [[gradient]] of the last training [[step]]. From three quarters of T on half as many move; at T the mask shrinks to rest.',
  formula: ['S(w) = |w| + λ |g|', 'k → k + m N → k'],
  letters: [['S', 'score: the least are dropped']],
  symbols: (recording, at) => [
    liveUnits(recording, at),
    allUnits(recording, at),
    setting('λ', 'weight of the gradient', recording.config.importanceAlpha),
    meanWeight(recording, at),
    meanGradient(recording, at),
    {
      sign: 'm(t)',
      means: 'of all weights, moved by a change now',
      value: share(mutates(recording, at)),
    },
    ...schedule(recording),
    moved(recording, at),
  ],
  citations: [MEST],
};

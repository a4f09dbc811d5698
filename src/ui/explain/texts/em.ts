/** What MEST with elastic mutation does (`sparse/dynamics/em.ts`, `sparse/dynamics/mutation.ts`). */
import type { Explanation } from '../explanation.ts';
import { MEST } from '../citations.ts';
import { mutates } from '../readings.ts';
import {
  liveUnits,
  meanGradient,
  meanWeight,
  moved,
  schedule,
  setting,
  share,
} from '../symbols.ts';

export const em: Explanation = {
  name: 'em',
  views: ['masks'],
  applies: ({ layout, dynamic }) => layout !== 'dense' && dynamic === 'em',
  title: 'MEST: elastic mutation',
  body: "At every change the least important live weights are [[drop|dropped]] and as many dead ones, drawn at random, are [[grow|grown]] from 0. Importance is a weight's size plus λ times its [[gradient]] in the last training [[step]], which is there already and costs nothing. Dropping comes first, so memory never holds more than at rest. A task has three stages: first m of all weights move, from three quarters of T on half as many, and from T on none. The released code has λ = 0.",
  formula: ['S(w) = |w| + λ |g|'],
  letters: [['S', 'score: the least are dropped']],
  symbols: (recording, at) => [
    liveUnits(recording, at),
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

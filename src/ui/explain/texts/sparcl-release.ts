/** What SparCL does to its mask, as its code was released (`sparse/dynamics/sparcl-release.ts`). */
import type { Explanation } from '../explanation.ts';
import { SPARCL } from '../citations.ts';
import { liveUnits, meanGradient, meanWeight, moved, schedule, setting } from '../symbols.ts';

export const sparclRelease: Explanation = {
  name: 'sparcl-release',
  views: ['masks'],
  applies: ({ layout, dynamic }) => layout !== 'dense' && dynamic === 'sparcl-release',
  title: 'SparCL as released',
  body: "The authors' code differs from their paper in two things. The importance of a weight is its size plus α times one single [[gradient]], that of the whole training loss in the last [[step]], so no extra pass is needed. And every [[task]], the first too, begins by growing m of all weights at random; at δ the network shrinks back. Every δ the least important are [[drop|dropped]] and as many [[grow]] at random, from 0, until the [[mask]] rests at T. Where gradients are masked, the score sees them masked.",
  formula: ['S(w) = |w| + α |g|'],
  letters: [['S', 'score: the least are dropped']],
  symbols: (recording, at) => [
    liveUnits(recording, at),
    meanWeight(recording, at),
    setting('α', 'weight of the gradient', recording.config.importanceAlpha),
    meanGradient(recording, at),
    ...schedule(recording),
    moved(recording, at),
  ],
  citations: [SPARCL],
};

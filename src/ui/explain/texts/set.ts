/** What SET does (`sparse/dynamics/set.ts`). */
import type { Explanation } from '../explanation.ts';
import { allUnits, liveUnits, meanWeight, moved, schedule } from '../symbols.ts';

export const set: Explanation = {
  name: 'set',
  views: ['masks'],
  applies: ({ layout, dynamic }) => layout !== 'dense' && dynamic === 'set',
  title: 'SET: drop the smallest, grow at random',
  body: "Again and again the live weights of least [[magnitude]] are [[drop|dropped]] and as many dead ones, drawn at random, are [[grow|grown]] from 0. So the number of live weights stays the same while the [[mask]] wanders, and connections that turn out to matter stay. m is a share of all weights; the paper's ζ = .3 is one of the live weights, which is m / (1 − s). What has just been dropped may come back. The schedule begins anew with every [[task]] and rests after a share T of it.",
  formula: ['S(w) = |w|', 'k → k − m N → k'],
  letters: [['S', 'score: the least are dropped']],
  symbols: (recording, at) => [
    liveUnits(recording, at),
    allUnits(recording, at),
    meanWeight(recording, at),
    ...schedule(recording),
    moved(recording, at),
  ],
  citations: [
    {
      authors: 'Mocanu et al.',
      title:
        'Scalable training of artificial neural networks with adaptive sparse connectivity inspired by network science',
      venue: 'Nature Communications 9',
      year: 2018,
    },
  ],
};

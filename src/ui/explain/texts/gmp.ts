/** What gradual magnitude pruning does (`sparse/dynamics/gmp.ts`). */
import type { Explanation } from '../explanation.ts';
import { placeAt } from '../readings.ts';
import { liveUnits, moved, share, sparsity } from '../symbols.ts';

export const gmp: Explanation = {
  name: 'gmp',
  views: ['masks'],
  applies: ({ layout, dynamic }) => layout !== 'dense' && dynamic === 'gmp',
  title: 'GMP: from dense to sparse',
  body: 'Training begins with all weights. During the first [[task]] the ones of least [[magnitude]] are [[drop|dropped]], many at first and ever fewer, along a cubic that ends at the [[sparsity]] that is asked for. Nothing ever grows, so there must be room for the whole network at the start, and only what comes later is cheap. The paper has one training; in a [[stream]] without a known end the first task has to do, and the [[mask]] rests from then on. Patterns begin with all that they can have, four taps of nine.',
  formula: ['s(t) = s (1 − (1 − frac{t}{T})^3)'],
  symbols: (recording, at) => {
    const { sparsity: s, maskEnd } = recording.config;
    const place = placeAt(recording, at);
    const t = place ? (place.task > 0 ? 1 : place.share) : null;
    return [
      liveUnits(recording, at),
      sparsity(recording, at),
      {
        sign: 's(t)',
        means: 'sparsity that the cubic asks for now',
        value: t === null ? '–' : share(t >= maskEnd ? s : s * (1 - (1 - t / maskEnd) ** 3)),
      },
      {
        sign: 't',
        means: 'share of the first task that is done',
        value: share(t),
      },
      { sign: 'T', means: 'share of the first task after which it rests', value: share(maskEnd) },
      moved(recording, at),
    ];
  },
  citations: [
    {
      authors: 'Zhu and Gupta',
      title: 'To prune, or not to prune: exploring the efficacy of pruning for model compression',
      year: 2017,
    },
  ],
};

/** The budget that treats every layer alike (`sparse/budget.ts`). */
import type { Explanation } from '../explanation.ts';
import { densityRange } from '../readings.ts';
import { liveUnits, share, sparsity } from '../symbols.ts';

export const uniform: Explanation = {
  name: 'uniform',
  views: ['masks'],
  applies: ({ layout, budget }) => layout !== 'dense' && budget === 'uniform',
  title: 'Every layer equally sparse',
  body: 'The [[sparsity]] that is asked for holds in every layer that the [[mask]] covers. That is simple, and since every layer loses the same share, the work falls by nearly the same share as the number of weights. What rounds: a layer lives in whole units, so a small layer can miss its share a little, and none is ever emptied. The first layer, 1×1 shortcuts and the head are not covered, because they are small and much depends on them. What counts is what is achieved, not what was asked for.',
  formula: ['d_ℓ = 1 − s " for every layer " ℓ'],
  symbols: (recording, at) => {
    const [least, most] = densityRange(recording, at);
    return [
      sparsity(recording, at),
      { sign: 'd_ℓ', means: 'share of units that live, sparsest layer', value: share(least) },
      { sign: 'd_ℓ', means: 'share of units that live, densest layer', value: share(most) },
      liveUnits(recording, at),
    ];
  },
  citations: [],
};

/** The budget by Erdős–Rényi kernel (`sparse/budget.ts`). */
import type { Explanation } from '../explanation.ts';
import { RIGL } from '../citations.ts';
import { densityRange } from '../readings.ts';
import { liveUnits, share, sparsity } from '../symbols.ts';

export const erk: Explanation = {
  name: 'erk',
  views: ['masks'],
  applies: ({ layout, budget }) => layout !== 'dense' && budget === 'erk',
  title: 'Erdős–Rényi kernel, ERK',
  body: "The same number of weights lives as under a uniform [[budget]], but small layers stay denser and large ones pay for it. A layer's [[density]] goes with the sum of its four extents, outputs, inputs, kernel height and width, over their product. One factor ε for all layers makes the total come out. A layer that would get more than it can hold holds all it can, and the others share the rest. The paper's text scales sparsities this way; its code scales densities, and so does this.",
  formula: ['d_ℓ = ε frac{n_"out" + n_"in" + k_h + k_w}{n_"out" · n_"in" · k_h · k_w}'],
  letters: [
    ['ε', 'one factor for all layers'],
    ['n_"out"', 'outputs of a layer'],
    ['n_"in"', 'inputs of a layer'],
    ['k_h', 'height of its kernels'],
    ['k_w', 'width of its kernels'],
  ],
  symbols: (recording, at) => {
    const [least, most] = densityRange(recording, at);
    return [
      { sign: 'd_ℓ', means: 'share of units that live, sparsest layer', value: share(least) },
      { sign: 'd_ℓ', means: 'share of units that live, densest layer', value: share(most) },
      liveUnits(recording, at),
      sparsity(recording, at),
    ];
  },
  citations: [RIGL],
};

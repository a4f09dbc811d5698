/** How a dense network is stored. */
import type { Explanation } from '../explanation.ts';
import { value } from '../symbols.ts';

export const dense: Explanation = {
  name: 'dense',
  views: ['masks', 'ledger'],
  applies: ({ layout }) => layout === 'dense',
  title: 'Dense weights',
  body: 'Every weight exists: nothing is masked, nothing is left out. A layer multiplies each of its inputs by a weight for each of its outputs, forward once and backward twice, whether the product matters or not. This is what all sparse layouts are compared with, in time, in memory and in accuracy. In the ledger it is the line that a sparse run is divided by. To see a [[mask]], choose another layout: blocks, channels, patterns or single weights, and a [[sparsity]] above 0.',
  formula: ['y_o = ∑_i w_{o,i} x_i'],
  symbols: ({ plan, config }) => [
    { sign: 'w', means: 'weights, norms and biases in all', value: value(plan?.parameters) },
    { sign: 'x_i', means: 'current images in a step, at most', value: value(config.batch) },
    { sign: 'y_o', means: 'products of one step, all passes', value: value(plan?.macsPerStep) },
  ],
  citations: [],
};

/** What a mask that never changes is, sparse or dense (`sparse/dynamics/static.ts`). */
import type { Explanation } from '../explanation.ts';
import { allUnits, liveUnits, sparsity } from '../symbols.ts';

export const staticMask: Explanation = {
  name: 'static',
  views: ['masks'],
  applies: ({ layout, dynamic }) => layout !== 'dense' && dynamic === 'static',
  title: 'A static mask',
  body: 'Which weights live is drawn by the seed before training, layer by layer, and never changes. Whoever lives trains; whoever does not is not there. It is the simplest way of training sparsely, and the baseline of every table about it: if a cleverer [[mask]] does not beat a random one of the same [[sparsity]], its cleverness was for nothing. It is no bad start, either. Training adapts the weights that there are to the places that they were given, and the network keeps the same few connections from the first task to the last.',
  formula: ['k = max(1, round((1 − s) N))'],
  symbols: (recording, at) => [liveUnits, allUnits, sparsity].map((read) => read(recording, at)),
  citations: [],
};

/** What SNIP does (`sparse/dynamics/snip.ts`). */
import type { Explanation } from '../explanation.ts';
import { liveUnits, meanWeight, sparsity } from '../symbols.ts';

export const snip: Explanation = {
  name: 'snip',
  views: ['masks'],
  applies: ({ layout, dynamic }) => layout !== 'dense' && dynamic === 'snip',
  title: 'SNIP: one look before training',
  body: "Before training the network is looked at once, dense, on one [[batch]] of the first [[task]]. Each weight is ranked by its [[saliency]]: its size times its [[gradient]], that is, how much the [[loss]] would notice if it were gone. Layer by layer the best live, and the [[mask]] never changes. The paper ranks all weights of the network together; here each layer ranks its own, since how many live in each is fixed beforehand, which also keeps a layer from being emptied. All of this is decided by the first task's images.",
  formula: ['S(w) = |w · frac{∂L}{∂w}|'],
  letters: [
    ['S', 'saliency: the largest live'],
    ['L', 'loss on the first batch, all weights live'],
  ],
  symbols: (recording, at) => [liveUnits, sparsity, meanWeight].map((read) => read(recording, at)),
  citations: [
    {
      authors: 'Lee, Ajanthan and Torr',
      title: 'SNIP: Single-shot network pruning based on connection sensitivity',
      venue: 'ICLR',
      year: 2019,
    },
  ],
};

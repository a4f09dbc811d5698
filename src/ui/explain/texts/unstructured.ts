/** How unstructured sparsity works (`sparse/layouts/unstructured/layout.ts`). */
import type { Explanation } from '../explanation.ts';
import { allUnits, liveUnits, sparsity } from '../symbols.ts';

export const unstructured: Explanation = {
  name: 'unstructured',
  views: ['masks', 'ledger'],
  applies: ({ layout }) => layout === 'unstructured',
  title: 'Single weights',
  body: 'Any single weight may be live or dead, as in most papers. It is the freest choice and usually the most accurate. But the network is stored and multiplied as if it were dense, with zeros in it: a graphics processor multiplies by scattered zeros as fast as by anything else, so nothing is saved in time and nothing in memory. It is here to be compared with published results, and to show what a count of [[FLOP|FLOPs]] on paper leaves out. A [[mask]] of one bit a weight holds dead ones at 0.',
  formula: ['w ← m ⊙ w', 'm ∈ set{0, 1}', 'k = max(1, round((1 − s) N)) " in each layer"'],
  letters: [
    ['w', 'weights'],
    ['m', 'the mask'],
  ],
  symbols: (recording, at) => [
    liveUnits(recording, at),
    sparsity(recording, at),
    allUnits(recording, at),
  ],
  citations: [],
};

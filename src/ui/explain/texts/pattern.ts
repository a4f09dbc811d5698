/** How pattern-sparse weights are stored (`sparse/layouts/pattern/layout.ts`). */
import type { Explanation } from '../explanation.ts';
import { MEST } from '../citations.ts';
import { allUnits, liveUnits, sparsity } from '../symbols.ts';

export const pattern: Explanation = {
  name: 'pattern',
  views: ['masks', 'ledger'],
  applies: ({ layout }) => layout === 'pattern',
  title: 'Patterns',
  body: 'A 3×3 kernel keeps four of its nine taps, the centre always among them, in one of eight fixed shapes: four squares in a corner, four crosses with an arm missing. That alone leaves out five ninths; whole kernels are left out for the rest, such that each filter keeps about as many as any other. A live kernel is stored as four numbers and its shape, and only these are multiplied. A kernel keeps its shape as long as it lives. 1×1 layers, the first layer and the head stay dense.',
  formula: ['k = max(1, round((1 − s) · frac{9}{4} · N))'],
  symbols: (recording, at) => [liveUnits, allUnits, sparsity].map((read) => read(recording, at)),
  citations: [
    { authors: 'Niu et al.', title: 'PatDNN', venue: 'ASPLOS', year: 2020 },
    {
      authors: 'Ma et al.',
      title: 'An Image Enhancing Pattern-based Sparsity',
      venue: 'ECCV',
      year: 2020,
    },
    MEST,
  ],
};

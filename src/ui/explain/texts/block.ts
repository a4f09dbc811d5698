/** How block-sparse weights are stored (`sparse/layouts/block/layout.ts`). */
import type { Explanation } from '../explanation.ts';
import { allUnits, liveUnits, sparsity } from '../symbols.ts';

export const block: Explanation = {
  name: 'block',
  views: ['masks', 'ledger'],
  applies: ({ layout }) => layout === 'block',
  title: 'Blocks',
  body: 'A [[block]] is a small rectangle of weights at one tap of the kernel: some output channels by some input channels. A block that is not live is not stored, not read and not multiplied, neither forward nor backward, so leaving it out saves time and memory and not only a figure. Lists say which block lies in which slot; dropping and growing rewrites the lists, and no weight moves. The first layer, 1×1 shortcuts and the head stay dense. A layer keeps one live block at least.',
  formula: ['k = max(1, round((1 − s) N)) " in each layer"'],
  symbols: (recording, at) => [
    liveUnits(recording, at),
    allUnits(recording, at),
    sparsity(recording, at),
    {
      sign: '"block"',
      means: 'output × input channels of a block',
      value: recording.config.block.replace('x', ' × '),
    },
  ],
  citations: [],
};

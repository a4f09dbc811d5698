/** How channel sparsity works (`sparse/layouts/channel/layout.ts`). */
import type { Explanation } from '../explanation.ts';
import { allUnits, liveUnits, sparsity } from '../symbols.ts';

export const channel: Explanation = {
  name: 'channel',
  views: ['masks', 'ledger'],
  applies: ({ layout }) => layout === 'channel',
  title: 'Channels',
  body: 'Whole filters are left out, each with everything that reads it, and what is left is a smaller dense network: as fast and as small as one. Only inner channels can go, such as those between the two convolutions of a residual block; what runs along the network keeps its width. Where filters come and go, as many come as go. A new one starts from its initial values, and what reads it from 0, so that it changes no answer yet but has a [[gradient]]. Its importance is a mean over all weights that belong to it.',
  formula: ['k = max(1, round((1 − s) C)) " of " C " channels"'],
  symbols: (recording, at) => [
    liveUnits(recording, at),
    { ...allUnits(recording, at), sign: 'C' },
    sparsity(recording, at),
  ],
  citations: [],
};

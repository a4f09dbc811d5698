/** What A-GEM does (`continual/strategies/agem.ts`). */
import type { Explanation } from '../explanation.ts';
import { bufferFill, currentBatch, loss, replayDraw } from '../symbols.ts';

export const agem: Explanation = {
  name: 'agem',
  views: ['loss', 'forgetting'],
  applies: ({ strategy }) => strategy === 'agem',
  title: 'Averaged gradient episodic memory, A-GEM',
  body: 'Each [[step]] works out two [[gradient|gradients]]: one of the current [[batch]], one of a batch from the [[replay buffer]]. If they point apart, so that learning the new would raise the loss on the old, the part of the current gradient that goes against the old one is taken out; otherwise it is used as it is. Nothing asks for the old loss to fall: it must only not rise, as far as a gradient can tell. At the end of a [[task]] one batch of its images is offered to the buffer, so a large buffer never fills.',
  formula: ['g = ∇CE(B)', 'r = ∇CE(B_M)', 'g ← g − frac{g · r}{r · r} r "  if  " g · r < 0'],
  letters: [
    ['g', 'gradient of the current batch, which the update uses'],
    ['r', 'gradient of the replayed batch'],
  ],
  symbols: (recording, at) => [
    loss('loss of the current batch, last step')(recording, at),
    { ...currentBatch(recording, at), sign: 'B' },
    replayDraw(recording, at),
    bufferFill(recording, at),
  ],
  citations: [
    {
      authors: 'Chaudhry, Ranzato, Rohrbach and Elhoseiny',
      title: 'Efficient Lifelong Learning with A-GEM',
      venue: 'ICLR',
      year: 2019,
    },
  ],
};

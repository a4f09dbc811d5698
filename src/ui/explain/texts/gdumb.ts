/** What GDumb does (`continual/strategies/gdumb.ts`, `continual/buffer/greedy-sampler.ts`). */
import type { Explanation } from '../explanation.ts';
import { bufferFill, currentBatch, loss, present } from '../symbols.ts';

export const gdumb: Explanation = {
  name: 'gdumb',
  views: ['loss', 'forgetting', 'data'],
  applies: ({ strategy }) => strategy === 'gdumb',
  title: 'Greedy sampler and dumb learner, GDumb',
  body: 'The [[stream]] trains nothing. Its images are offered once each to a buffer that is kept in balance: a class takes images as long as it has less than its equal share, and where the room is used up, a random image of the largest class gives way. Then the network is reset to the weights it began with and trained on the buffer alone, for all [[epoch|epochs]] of the [[task]]. So nothing carries over but the images. How well this does is a question put to the whole field.',
  formula: ['θ ← θ_0', 'L = CE(B)', 'B ⊂ M'],
  letters: [['θ_0', 'weights that every task begins with, by the seed']],
  symbols: (recording, at) =>
    [loss(), currentBatch, bufferFill, present].map((read) => read(recording, at)),
  citations: [
    {
      authors: 'Prabhu, Torr and Dokania',
      title: 'GDumb: A Simple Approach that Questions Our Progress in Continual Learning',
      venue: 'ECCV',
      year: 2020,
      section: 'algorithm 1',
    },
  ],
};

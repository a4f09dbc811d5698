/** What ER-ACE does (`continual/strategies/er-ace.ts`). */
import type { Explanation } from '../explanation.ts';
import { placeAt } from '../readings.ts';
import { bufferFill, currentBatch, loss, replayDraw } from '../symbols.ts';

export const erAce: Explanation = {
  name: 'er-ace',
  views: ['loss', 'forgetting'],
  applies: ({ strategy }) => strategy === 'er-ace',
  title: 'Experience replay with asymmetric cross-entropy, ER-ACE',
  body: 'When new classes arrive, plain [[cross-entropy]] pushes all others down for every new image, and so the old ones are driven away at once. Here current images compete only among the classes of their own [[batch]] and those that no task has shown yet; classes of earlier tasks and absent ones of this task are left in peace. Replayed images compete among all classes. Each batch is a forward pass of its own. In the first [[task]] there is neither this restriction nor any replay.',
  formula: ['L = CE_{C(B)}(B) + CE(B_M)'],
  symbols: (recording, at) => [
    loss()(recording, at),
    currentBatch(recording, at),
    {
      sign: 'C(B)',
      means: 'classes that current images compete among',
      value: placeAt(recording, at)?.task === 0 ? 'all' : "the batch's, and those of tasks to come",
    },
    replayDraw(recording, at),
    bufferFill(recording, at),
  ],
  citations: [
    {
      authors: 'Caccia, Aljundi, Asadi, Tuytelaars, Pineau and Belilovsky',
      title: 'New Insights on Reducing Abrupt Representation Change in Online Continual Learning',
      venue: 'ICLR',
      year: 2022,
    },
  ],
};

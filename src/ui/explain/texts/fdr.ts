/** What function distance regularisation does (`continual/strategies/fdr.ts`). */
import type { Explanation } from '../explanation.ts';
import { finished } from '../readings.ts';
import { bufferFill, currentBatch, loss, replayDraw, setting, value } from '../symbols.ts';

export const fdr: Explanation = {
  name: 'fdr',
  views: ['loss', 'forgetting', 'data'],
  applies: ({ strategy }) => strategy === 'fdr',
  title: 'Function distance regularisation, FDR',
  body: "At the end of a [[task]] some of its images go into the [[replay buffer]], chosen at random, with the answers of the network as it is then. Later a batch of them is drawn in every [[step]], and the distance between the answers of today and those of then is added to the [[loss]]. Distance means the length of the difference of two [[softmax]] vectors. After t tasks each has an equal share of the buffer's places; an older task gives up its last images. What must stay is what the network does, not its weights.",
  formula: ['L = CE(B) + α · mean_{B_M} ‖p − p^′‖_2', '⌊|M| / t⌋ " images of each task"'],
  letters: [['p^′', 'softmax of the stored logits, and p of those now']],
  symbols: (recording, at) => [
    loss()(recording, at),
    currentBatch(recording, at),
    setting('α', 'weight of the distance', recording.config.alpha),
    replayDraw(recording, at),
    bufferFill(recording, at),
    { sign: 't', means: 'tasks finished', value: value(finished(recording, at)) },
  ],
  citations: [
    {
      authors: 'Benjamin, Rolnick and Kording',
      title: 'Measuring and Regularizing Networks in Function Space',
      venue: 'ICLR',
      year: 2019,
    },
  ],
};

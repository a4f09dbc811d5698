/** What learning without forgetting does (`continual/strategies/lwf.ts`). */
import type { Explanation } from '../explanation.ts';
import { currentBatch, loss, present, setting } from '../symbols.ts';

export const lwf: Explanation = {
  name: 'lwf',
  views: ['loss', 'forgetting'],
  applies: ({ strategy }) => strategy === 'lwf',
  title: 'Learning without forgetting, LwF',
  body: 'No old image is kept. Before a [[task]] begins, the network as it is answers the new images: what would they be, if they had to be old classes? While it learns them, its answers for past classes are held to those, softened by a temperature T that lets small probabilities speak too. Current images compete among the classes seen so far. In the first task there is nothing to hold on to, and this is plain training. The loss that is drawn takes the divergence in place of H; they differ by a constant.',
  formula: ['L = CE_{"seen"}(B) + α · H(p^′, p)', 'p = softmax(z / T)'],
  letters: [
    ['z', 'logits now; those from before the task give p′'],
    ['p', 'answers for past classes, softened'],
  ],
  symbols: (recording, at) => [
    loss()(recording, at),
    currentBatch(recording, at),
    setting('α', 'weight of the old answers', recording.config.alpha),
    setting('T', 'temperature', recording.config.temperature),
    present(recording, at),
  ],
  citations: [
    {
      authors: 'Li and Hoiem',
      title: 'Learning without Forgetting',
      venue: 'ECCV 2016; TPAMI 40(12)',
      year: 2018,
    },
  ],
};

/** What PackNet does (`continual/strategies/packnet.ts`). */
import type { Explanation } from '../explanation.ts';
import { placeAt } from '../readings.ts';
import { currentBatch, loss, present, share } from '../symbols.ts';

export const packnet: Explanation = {
  name: 'packnet',
  views: ['loss', 'forgetting'],
  applies: ({ strategy }) => strategy === 'packnet',
  title: 'PackNet',
  body: "Tasks share one network and none may touch the weights of another. A [[task]] trains every weight that is still free. Two thirds through, the half of its weights that is smallest, layer by layer, is set to 0 and given back; the task trains on with what it kept. From then on nobody moves those weights again, and the task is answered with the weights of tasks up to its own, so nothing is ever lost. The price: somebody must say which task a picture is from, so only [[task-incremental]] accuracy means anything. Norms and biases are the first task's.",
  formula: ['own ← free', 'own ← own ∖ "smallest half"', 'L = CE_t(B)'],
  symbols: (recording, at) => {
    const place = placeAt(recording, at);
    return [
      loss()(recording, at),
      currentBatch(recording, at),
      present(recording, at),
      {
        sign: 'own',
        means: 'share of the weights that the task may move',
        value: place ? share(0.5 ** (place.task + (place.share >= 2 / 3 ? 1 : 0))) : '–',
      },
      {
        sign: 'free',
        means: 'share of the weights that nobody has',
        value: place ? share(place.share >= 2 / 3 ? 0.5 ** (place.task + 1) : 0) : '–',
      },
    ];
  },
  citations: [
    {
      authors: 'Mallya and Lazebnik',
      title: 'PackNet: Adding Multiple Tasks to a Single Network by Iterative Pruning',
      venue: 'CVPR',
      year: 2018,
    },
  ],
};

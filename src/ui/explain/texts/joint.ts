/** What joint training does: it has no stream, so it cannot forget. */
import type { Explanation } from '../explanation.ts';
import { DER } from '../citations.ts';
import { classesOf } from '../readings.ts';
import { currentBatch, loss, value } from '../symbols.ts';

export const joint: Explanation = {
  name: 'joint',
  views: ['loss', 'forgetting', 'data'],
  applies: ({ strategy }) => strategy === 'joint',
  title: 'Joint training',
  body: 'All [[task|tasks]] are put together and shuffled, and the network trains on them as one large task. There is no [[stream]], no order and so nothing to forget: every [[epoch]] shows images of every class. The accuracy matrix has a single row. Nobody who learns task by task has this luxury, which is why it serves as the upper bound: the distance between a strategy and joint training is what [[continual learning]] still costs, and the distance from fine-tuning is what the strategy has won.',
  formula: ['L = CE(B)', 'B ⊂ D_1 ∪ … ∪ D_T'],
  symbols: (recording, at) => [
    loss()(recording, at),
    currentBatch(recording, at),
    { sign: 'T', means: 'tasks that are trained on as one', value: value(recording.config.tasks) },
    { sign: 'D_t', means: 'classes in all tasks together', value: value(classesOf(recording)) },
  ],
  citations: [DER],
};

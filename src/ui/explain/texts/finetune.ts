/** What fine-tuning does: nothing against forgetting. */
import type { Explanation } from '../explanation.ts';
import { DER } from '../citations.ts';
import { currentBatch, loss, present } from '../symbols.ts';

export const finetune: Explanation = {
  name: 'finetune',
  views: ['loss', 'forgetting'],
  applies: ({ strategy }) => strategy === 'finetune',
  title: 'Fine-tuning',
  body: 'The network trains on whatever [[task]] is at hand, and nothing is done against [[forgetting]]. Each [[step]] takes a [[batch]] of current images, compares the answers with their labels and moves the weights against the [[gradient]] of the [[loss]]. Older tasks are never shown again, so the weights that knew them are used for something new, and column after column of the accuracy matrix fades. This is the lower bound that every other strategy is measured against; tables of the field often call it SGD.',
  formula: ['L = CE(B)'],
  symbols: (recording, at) => [
    loss()(recording, at),
    currentBatch(recording, at),
    present(recording, at),
  ],
  citations: [DER],
};

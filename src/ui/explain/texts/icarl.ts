/** What iCaRL does (`continual/strategies/icarl.ts`, `continual/buffer/herding.ts`). */
import type { Explanation } from '../explanation.ts';
import { ICARL } from '../citations.ts';
import { classesSeen } from '../readings.ts';
import { bufferFill, loss, present, value } from '../symbols.ts';

export const icarl: Explanation = {
  name: 'icarl',
  views: ['loss', 'forgetting', 'data'],
  applies: ({ strategy }) => strategy === 'icarl',
  title: 'iCaRL: nearest mean of exemplars',
  body: "Before a [[task]] the network as it is answers all images of it; while it learns, these answers are what past classes are held to, and labels are what the task's own are held to. The [[replay buffer]]'s exemplars are trained on together with the task. At its end each class gets an equal share of the places, chosen one by one so that their mean [[feature]] stays close to that of the class. A picture is then given to the class whose exemplars' mean is nearest; the head is only for training.",
  formula: [
    'L = mean_{k " seen"} BCE(σ(z_k), y_k)',
    'y_k = σ(z^′_k) " for past classes"',
    'y_k = [k = y] " for those of the task"',
    '⌊|M| / c⌋ " exemplars of each class"',
  ],
  letters: [['z_k', 'logit of class k, and z′ before the task']],
  symbols: (recording, at) => [
    loss()(recording, at),
    { sign: 'c', means: 'classes seen up to this task', value: value(classesSeen(recording, at)) },
    bufferFill(recording, at),
    present(recording, at),
  ],
  citations: [{ ...ICARL, section: 'algorithm 4 for the exemplars' }],
};

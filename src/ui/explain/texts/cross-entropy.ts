/** Cross-entropy, and how to read the curve of the loss. */
import type { Explanation } from '../explanation.ts';
import { classesOf } from '../readings.ts';
import { loss, share, value } from '../symbols.ts';

export const crossEntropy: Explanation = {
  name: 'cross-entropy',
  views: ['loss'],
  applies: ({ strategy }) => strategy !== 'icarl',
  title: 'Cross-entropy',
  body: 'The head gives each class a number, its [[logit]] z; [[softmax]] turns these into probabilities that add up to 1. The [[loss]] of an image is minus the logarithm of the probability that its own class got: 0 where the network is certain and right, and large where it is certain and wrong. Guessing evenly among K classes costs the logarithm of K. The curve shows the loss of every [[step]], summed over what the strategy asks for, and a mean. It jumps where a [[task]] begins: new classes, and the network does not know them yet.',
  formula: ['CE = − log frac{e^{z_y}}{∑_k e^{z_k}}'],
  letters: [
    ['z_k', 'logit of class k'],
    ['z_y', "logit of the image's own class y"],
  ],
  symbols: (recording, at) => {
    const classes = classesOf(recording);
    return [
      loss('loss of the last step, all terms of the strategy')(recording, at),
      { sign: 'K', means: 'classes in the stream', value: value(classes) },
      {
        sign: 'log K',
        means: 'cross-entropy of an even guess',
        value: value(classes === null ? null : Math.log(classes)),
      },
      {
        sign: '"right"',
        means: 'current images of the last step that were',
        value: share(recording.right[at - 1]),
      },
    ];
  },
  citations: [],
};

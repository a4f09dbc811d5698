/** Cross-entropy over the current task's classes alone. */
import type { Explanation } from '../explanation.ts';
import { SPARCL } from '../citations.ts';
import { present, value } from '../symbols.ts';

export const maskedHead: Explanation = {
  name: 'masked-head',
  views: ['loss'],
  applies: ({ maskedHead, strategy }) => maskedHead && strategy !== 'icarl',
  title: 'A masked head',
  body: "Current images compete only among the classes of their own [[task]]: the outputs of all other classes are left out of the [[softmax]], so they get no [[gradient]] from these images and are not pushed down. Whatever is replayed still competes among all classes. This alone changes [[class-incremental]] accuracy, so a comparison is only fair between runs that agree about it. SparCL's released code trains this way; DER++ as first published does not. Accuracy of a step is still counted among all outputs.",
  formula: ['CE_t = − log frac{e^{z_y}}{∑_{k ∈ C_t} e^{z_k}}'],
  letters: [['z_k', 'logit of class k']],
  symbols: (recording, at) => [
    present(recording, at),
    { sign: 'C_t', means: 'classes in a task', value: value(recording.config.classesPerTask) },
  ],
  citations: [SPARCL],
};

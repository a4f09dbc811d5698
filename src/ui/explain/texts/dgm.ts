/** Dynamic gradient masking by the importance of gradients (`continual/step/gradient-mask.ts`, `sparse/select/gradient-slots.ts`). */
import type { Explanation } from '../explanation.ts';
import { SPARCL } from '../citations.ts';
import { unitsOf } from '../readings.ts';
import { kept, setting, share, value } from '../symbols.ts';

export const dgm: Explanation = {
  name: 'dgm',
  views: ['masks', 'ledger'],
  applies: ({ gradientSparsity, gradientScore }) =>
    gradientSparsity > 0 && gradientScore === 'importance',
  title: 'Dynamic gradient masking, DGM',
  body: 'Of the live weights only those move whose [[gradient|gradients]] matter most; the rest stand still, [[momentum]] and decay included. What matters is judged by two gradients, of current images under the [[masked head]] and of images from the [[replay buffer]], worked out in passes of their own. In each layer at most the share 1 − q of all units is kept, dead ones counted in. The choice holds for r steps and is made anew after every change of the mask and with every [[task]]. Dense layers, norms and biases move as always.',
  formula: ['g ← M_G ⊙ g', 'CGI(w) = α |frac{∂tilde{L}}{∂w}| + β |frac{∂L_M}{∂w}|'],
  letters: [
    ['g', 'gradient that the update uses'],
    ['CGI', 'importance of a gradient: the largest are kept'],
    ['w', 'a weight'],
    ['tilde{L}', "cross-entropy over the task's own classes"],
    ['L_M', 'cross-entropy on images of the buffer'],
  ],
  symbols: (recording, at) => [
    {
      sign: 'q',
      means: 'share of all units whose gradient is left out',
      value: share(recording.config.gradientSparsity),
    },
    {
      sign: 'M_G',
      means: `${unitsOf(recording.config)} that move, of those that live`,
      value: kept(recording, at),
    },
    setting('α', 'weight of the current gradient', recording.config.importanceAlpha),
    setting('β', 'weight of the replay gradient', recording.config.importanceBeta),
    {
      sign: 'r',
      means: 'steps from one choice to the next',
      value: value(recording.config.gradientRefresh),
    },
  ],
  citations: [{ ...SPARCL, section: 'Eq. (3)' }],
};

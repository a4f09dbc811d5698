/** Dynamic gradient masking by the step's own gradient (`continual/step/gradient-mask.ts`). */
import type { Explanation } from '../explanation.ts';
import { SPARCL } from '../citations.ts';
import { unitsOf } from '../readings.ts';
import { kept, meanGradient, share, value } from '../symbols.ts';

export const dgmRelease: Explanation = {
  name: 'dgm-release',
  views: ['masks', 'ledger'],
  applies: ({ gradientSparsity, gradientScore }) =>
    gradientSparsity > 0 && gradientScore === 'last-gradient',
  title: 'Dynamic gradient masking as released',
  body: "Of the live weights only those move whose [[gradient|gradients]] are largest; the rest stand still, [[momentum]] and decay included. As in the authors' released code, the choice goes by the gradient of the whole training [[loss]] in the very [[step]] that makes it, so no extra pass is needed. In each layer at most the share 1 − q of all units is kept, dead ones counted in. The choice holds for r steps and is made anew after every change of the mask and with every [[task]]. Dense layers, norms and biases move as always.",
  formula: ['g ← M_G ⊙ g', 'S(w) = |g|'],
  letters: [
    ['S', 'score: the largest are kept'],
    ['w', 'a weight, and g its gradient in the step that chooses'],
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
    meanGradient(recording, at),
    {
      sign: 'r',
      means: 'steps from one choice to the next',
      value: value(recording.config.gradientRefresh),
    },
  ],
  citations: [SPARCL],
};

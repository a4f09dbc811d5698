/** What SparCL does to its mask, as the paper has it (`sparse/dynamics/sparcl.ts`). */
import type { Explanation } from '../explanation.ts';
import { SPARCL } from '../citations.ts';
import {
  bufferFill,
  liveUnits,
  meanWeight,
  moved,
  present,
  schedule,
  setting,
} from '../symbols.ts';

export const sparcl: Explanation = {
  name: 'sparcl',
  views: ['masks'],
  applies: ({ layout, dynamic }) => layout !== 'dense' && dynamic === 'sparcl',
  title: 'SparCL: task-aware dynamic masking',
  body: 'A weight matters for three reasons: it is large, the current [[task]] needs it, or the past does. The continual weight importance CWI adds the three up, with gradients of a current batch and of one from the [[replay buffer]], for each of which a separate pass is made. Every δ the least important weights are [[drop|dropped]] and as many [[grow]] at random, from 0. Each task but the first begins by growing m more; at δ they have to prove themselves. From T on the [[mask]] rests. In the first task the last term is missing.',
  formula: ['CWI(w) = |w| + α |frac{∂tilde{L}}{∂w}| + β |frac{∂L_M}{∂w}|'],
  letters: [['CWI', 'importance: the least are dropped']],
  symbols: (recording, at) => [
    liveUnits(recording, at),
    meanWeight(recording, at),
    setting('α', 'weight of the current gradient', recording.config.importanceAlpha),
    setting('β', 'weight of the replay gradient', recording.config.importanceBeta),
    {
      sign: 'tilde{L}',
      means: 'cross-entropy over the classes of task',
      value: present(recording, at).value,
    },
    {
      ...bufferFill(recording, at),
      sign: 'L_M',
      means: 'cross-entropy on images of the buffer, which holds',
    },
    ...schedule(recording),
    moved(recording, at),
  ],
  citations: [{ ...SPARCL, section: 'Eq. (1)' }],
};

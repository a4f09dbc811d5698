/** What synaptic intelligence does (`continual/strategies/si.ts`). */
import type { Explanation } from '../explanation.ts';
import { finished } from '../readings.ts';
import { currentBatch, setting, value } from '../symbols.ts';

export const si: Explanation = {
  name: 'si',
  views: ['loss', 'forgetting'],
  applies: ({ strategy }) => strategy === 'si',
  title: 'Synaptic intelligence, SI',
  body: 'No image is kept. While a [[task]] is learnt, each weight keeps an account ω of what its own path has done to lower the [[loss]]: in every [[step]] it earns the [[learning rate]] times its squared [[gradient]]. At the end of the task the account, divided by how far the weight has come, is added to its importance Ω, and a spring holds it where it is. The gradient, spring included, is clamped to lie between −1 and 1. The loss that is drawn leaves the spring out; it enters the gradient alone.',
  formula: [
    'g ← clamp(∇CE(B) + 2 c Ω (θ − θ^*), −1, 1)',
    'ω ← ω + η g^2',
    'Ω ← Ω + frac{ω}{(θ − θ^*)^2 + ξ}',
  ],
  letters: [
    ['g', 'gradient that the update uses'],
    ['θ', 'weights now, and θ* where the last task left them'],
    ['ω', 'account of the present task'],
  ],
  symbols: (recording, at) => [
    { ...currentBatch(recording, at), sign: 'B' },
    setting('c', 'stiffness of all springs', recording.config.penalty),
    setting('ξ', 'damping, against division by nothing', recording.config.damping),
    setting('η', 'learning rate of the config', recording.config.rate),
    {
      sign: 'Ω',
      means: 'tasks that it has been gathered over',
      value: value(finished(recording, at)),
    },
  ],
  citations: [
    {
      authors: 'Zenke, Poole and Ganguli',
      title: 'Continual Learning Through Synaptic Intelligence',
      venue: 'ICML',
      year: 2017,
    },
  ],
};

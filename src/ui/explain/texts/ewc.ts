/** What online EWC does (`continual/strategies/ewc.ts`, `continual/strategies/parts/fisher.ts`). */
import type { Explanation } from '../explanation.ts';
import { finished } from '../readings.ts';
import { currentBatch, loss, setting, value } from '../symbols.ts';

export const ewc: Explanation = {
  name: 'ewc',
  views: ['loss', 'forgetting'],
  applies: ({ strategy }) => strategy === 'ewc',
  title: 'Elastic weight consolidation, EWC',
  body: 'No image is kept. At the end of a [[task]] every image of it is looked at once more, and each weight is given an importance F, its [[Fisher information]]: how strongly the probability of the right answer depends on it. From then on a spring pulls the weight back to where that task left it, the stiffer the more important it is. This is the online form: one F for the whole past, in which older tasks fade by γ, and one anchor. The loss that is drawn leaves the spring out; it enters the [[gradient]] alone.',
  formula: ['L = CE(B) + λ ∑_i F_i (θ_i − θ^*_i)^2', 'F ← γ F + F_t', 'θ^* ← θ'],
  letters: [
    ['θ', 'weights now, and θ* where the last task left them'],
    ['F_t', 'importance by the images of task t'],
  ],
  symbols: (recording, at) => [
    loss('loss of the last step, the spring left out')(recording, at),
    currentBatch(recording, at),
    setting('λ', 'stiffness of all springs', recording.config.penalty),
    setting('γ', "kept of older tasks' importance", recording.config.penaltyDecay),
    {
      sign: 'F',
      means: 'importance, gathered over so many tasks',
      value: value(finished(recording, at)),
    },
  ],
  citations: [
    {
      authors: 'Kirkpatrick et al.',
      title: 'Overcoming catastrophic forgetting in neural networks',
      venue: 'PNAS',
      year: 2017,
    },
    { authors: 'Schwarz et al.', title: 'Progress & Compress', venue: 'ICML', year: 2018 },
  ],
};

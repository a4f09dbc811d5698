/** Averaged weights, which are evaluated (`continual/strategies/parts/averaged-weights.ts`). */
import type { Explanation } from '../explanation.ts';
import { averagedSteps } from '../readings.ts';
import { decimals, value } from '../symbols.ts';

export const ema: Explanation = {
  name: 'ema',
  views: ['forgetting'],
  applies: ({ emaDecay }) => emaDecay > 0,
  title: 'Averaged weights',
  body: 'Beside the network that trains runs a second one, an average of it over time: after every [[step]] it moves a little towards the trained weights. It is the average that is tested after each [[task]]; training never sees it. Weights that are thrown about by every new [[batch]] settle in it, and what was learnt earlier lingers. At first α grows with the number of steps, so that the average is not stuck at the start. The statistics of [[batch normalisation]] are averaged by the same rule. A strategy that begins anew with each task averages anew.',
  formula: ['a ← α_t a + (1 − α_t) θ', 'α_t = min(1 − frac{1}{t + 1}, α)'],
  letters: [
    ['a', 'averaged weights, which are tested'],
    ['θ', 'trained weights'],
  ],
  symbols: (recording, at) => {
    const { emaDecay } = recording.config;
    const t = averagedSteps(recording, at);
    return [
      { sign: 't', means: 'steps that the average is over', value: value(t) },
      {
        sign: 'α_t',
        means: 'kept of the average at the last of them',
        value: t === 0 ? '–' : decimals(Math.min(1 - 1 / (t + 1), emaDecay)),
      },
      { sign: 'α', means: 'decay of the config', value: decimals(emaDecay) },
    ];
  },
  citations: [
    {
      authors: 'Arani, Sarfraz and Zonooz',
      title: 'Learning Fast, Learning Slow',
      venue: 'ICLR',
      year: 2022,
    },
  ],
};

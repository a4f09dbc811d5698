/** Reservoir sampling (`continual/buffer/reservoir.ts`). */
import type { Explanation } from '../explanation.ts';
import { STRATEGIES } from '../../../continual/strategies/registry.ts';
import type { Strategy } from '../../../continual/strategies/strategy.ts';
import { bufferAt } from '../readings.ts';
import { setting, value } from '../symbols.ts';

/** Whether images are offered as they go by; A-GEM offers images to the same reservoir where a task ends. */
const samplesReservoir = ({ name, buffer, storing }: Strategy): boolean =>
  buffer !== 'none' && (storing !== 'task-end' || name === 'agem');

export const reservoir: Explanation = {
  name: 'reservoir',
  views: ['data'],
  applies: ({ strategy }) => samplesReservoir(STRATEGIES[strategy]),
  title: 'Reservoir sampling',
  body: 'A [[stream]] of unknown length, a buffer of M places: how to keep a fair sample of all that went by? The first M offers fill the places. After that, with n offers gone by, a number r is drawn evenly from 0 to n; if there is a place of that number, the new image takes it, else it passes. So every offer, early or late, ends up in the buffer with the same chance. Images are offered each time they are trained on, so one image can be there twice. (A-GEM offers one [[batch]] at the end of each [[task]].)',
  formula: ['r ∈ set{0, …, n}', 'r < M: "  place " r ← "image"', 'P("kept") = frac{M}{n}'],
  letters: [
    ['n', 'images offered so far'],
    ['r', 'a number drawn evenly'],
    ['P', 'chance that an offer is in the buffer'],
  ],
  symbols: (recording, at) => {
    const content = bufferAt(recording, at);
    return [
      setting('M', 'places', recording.config.bufferSize),
      { sign: '"filled"', means: 'places that are taken', value: value(content?.filled) },
      {
        sign: '"kept"',
        means: 'images kept of tasks 1, 2, …',
        value: content ? content.byTask.map(value).join(', ') : '–',
      },
    ];
  },
  citations: [
    {
      authors: 'Vitter',
      title: 'Random Sampling with a Reservoir',
      venue: 'ACM TOMS 11(1)',
      year: 1985,
      section: 'algorithm R',
    },
  ],
};

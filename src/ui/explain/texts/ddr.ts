/** Dynamic data removal (`continual/data-sparsity/data-removal.ts`, `continual/data-sparsity/sample-tally.ts`). */
import type { Explanation } from '../explanation.ts';
import { MEST, SPARCL } from '../citations.ts';
import { removalsAt } from '../readings.ts';
import { share, value } from '../symbols.ts';

export const ddr: Explanation = {
  name: 'ddr',
  views: ['data', 'ledger'],
  applies: ({ removal }) => removal > 0,
  title: 'Dynamic data removal, DDR',
  body: 'Images that give the network no trouble are left out for the rest of the [[task]], in equal parts at the ends of W windows. What counts as trouble is a setting: how often an image was answered wrongly, how often it was right and then wrong again, or how small its [[margin]] was. Windows of fewer than five [[epoch|epochs]] go by the margin, whatever is set. Images that were never right are kept longest, and one that a window did not show is kept. Copies in a [[replay buffer]] stay. Every task begins with all its images.',
  formula: ['n_w = max(1, round(n (1 − ρ frac{w}{W})))'],
  symbols: (recording, at) => {
    const { removal, removalScore } = recording.config;
    const { windows, all, removed, kept, score } = removalsAt(recording, at);
    return [
      {
        sign: 'n_w',
        means: 'images that are left to train on',
        value: kept === null ? 'all' : value(kept),
      },
      {
        sign: 'n',
        means: 'images that the task began with',
        value: kept === null ? '–' : value(kept + removed),
      },
      { sign: 'ρ', means: 'share that is gone in the end', value: share(removal) },
      { sign: 'w', means: 'windows that have ended', value: value(windows) },
      { sign: 'W', means: 'windows of a task', value: value(all) },
      { sign: '"by"', means: 'what decided last, or is to', value: score ?? removalScore },
    ];
  },
  citations: [SPARCL, MEST],
};

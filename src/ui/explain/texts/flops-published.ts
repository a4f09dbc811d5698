/** The convention of published tables (`lab/report/ledger.ts`, `lab/cost/cost.ts`). */
import type { Explanation } from '../explanation.ts';
import { SPARCL } from '../citations.ts';
import { formatCompact } from '../../style/format.ts';
import { currentShare, ledgerAt } from '../readings.ts';
import { compact, share } from '../symbols.ts';

export const flopsPublished: Explanation = {
  name: 'flops-published',
  views: ['ledger'],
  applies: () => true,
  title: 'Counting as the tables do',
  body: "Published tables of [[continual learning]] charge replayed images for their forward pass alone, although they are trained on like any other; so replay looks cheaper than it is. This figure follows them, to be comparable: backward passes count only by the share c of current rows. The tables' formula for a whole run also charges both backward passes at the density of the kept [[gradient|gradients]]; it was worked out from the figures in the tables, which it meets but for one cell. Read it beside the count of every pass.",
  formula: ['C^′ = 2 (M_"fwd" + c (M_"in" + M_"w"))'],
  symbols: (recording, at) => {
    const step = ledgerAt(recording, at)?.step;
    return [
      {
        sign: 'C^′',
        means: 'FLOPs of a step, as tables count',
        value: step ? formatCompact(2 * step.published.macs) : '–',
      },
      {
        sign: 'c',
        means: 'current rows of all rows in a full step',
        value: share(currentShare(recording.config)),
      },
      { sign: 'M_"fwd"', means: 'MACs forward', value: compact(step?.kinds.forward.macs) },
      {
        sign: 'M_"in"',
        means: 'MACs back to inputs',
        value: compact(step?.kinds['input-gradient'].macs),
      },
      {
        sign: 'M_"w"',
        means: 'MACs back to weights',
        value: compact(step?.kinds['weight-gradient'].macs),
      },
      {
        sign: '"dense"',
        means: 'of what dense layers would be charged',
        value:
          step && step.published.denseMacs > 0
            ? share(step.published.macs / step.published.denseMacs)
            : '–',
      },
    ];
  },
  citations: [SPARCL],
};

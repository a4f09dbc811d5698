/** The honest count: every pass of every row (`lab/report/ledger.ts`). */
import type { Explanation } from '../explanation.ts';
import { formatCompact } from '../../style/format.ts';
import { ledgerAt } from '../readings.ts';
import { compact, share } from '../symbols.ts';

export const flopsCounted: Explanation = {
  name: 'flops-counted',
  views: ['ledger'],
  applies: () => true,
  title: 'Counting every pass',
  body: "A [[MAC]] is one multiplication and one addition, so it counts as two [[FLOP|FLOPs]]. A training [[step]] makes three passes through every layer: forward, backward to the layer's input, and backward to its weights. This count takes all three for every row of the step, replayed ones too, at the weights that this program really multiplies by. Products at taps that fall outside the picture are counted by convention and given apart, since they are never made. Norms, [[loss]] and update are small and left out.",
  formula: ['C = 2 (M_"fwd" + M_"in" + M_"w")'],
  symbols: (recording, at) => {
    const step = ledgerAt(recording, at)?.step;
    return [
      {
        sign: 'C',
        means: 'FLOPs of a step, all passes',
        value: step ? formatCompact(2 * step.all.macs) : '–',
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
        sign: '"outside"',
        means: 'MACs of these that are never made',
        value: compact(step?.all.outsideMacs),
      },
      {
        sign: '"dense"',
        means: 'of what dense layers would make',
        value: step && step.all.denseMacs > 0 ? share(step.all.macs / step.all.denseMacs) : '–',
      },
    ];
  },
  citations: [],
};

/** Blocks of weights, rows × columns channels at one tap, live or die as a whole: `layout.ts` stores the live ones. */
import { liveAt } from '../../budget.ts';
import type { LayoutScheme, WeightMask } from '../scheme.ts';
import { blockGrid, blockShapeOf } from './block-grid.ts';

const covers: WeightMask['covers'] = (_, role) => role === 'body';

export const block: LayoutScheme = {
  name: 'block',
  title: 'blocks',
  units: 'blocks',
  reads: ['block', 'sparsity', 'budget', 'dynamic', 'maskChange', 'maskEnd', 'gradientSparsity'],
  unread: null,
  own: { block: 'Only layout block has blocks.' },
  masked: true,
  weights: {
    most: 1,
    covers,
    share: (shape, density, fields) => {
      const { blocks } = blockGrid(shape, blockShapeOf(fields.block), () => 1);
      return liveAt(1 - density, blocks) / blocks;
    },
    executes: 'live',
    unchosen: 'skipped',
  },
  changeSeconds: 1.5e-7,
  mark: ([rows, columns]) => `Each square is a block of ${rows} × ${columns} weights.`,
  load: async () => (await import('./network.ts')).blockNetwork({ covers }),
};

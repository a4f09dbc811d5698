/** Single weights live or die: the mask of the pruning papers. Dead ones are zeros that kernels multiply by. */
import { liveAt } from '../../budget.ts';
import type { LayoutScheme, WeightMask } from '../scheme.ts';

const covers: WeightMask['covers'] = (_, role) => role === 'body';

export const unstructured: LayoutScheme = {
  name: 'unstructured',
  title: 'single weights',
  units: 'weights',
  reads: ['sparsity', 'budget', 'dynamic', 'maskChange', 'maskEnd', 'gradientSparsity'],
  unread: null,
  masked: true,
  weights: {
    most: 1,
    covers,
    share: ({ outChannels, inChannels, kernel }, density) => {
      const entries = outChannels * inChannels * kernel ** 2;
      return liveAt(1 - density, entries) / entries;
    },
    executes: 'all',
    unchosen: 'unused',
  },
  changeSeconds: 1e-6,
  mark: () => 'Each dot is a single weight.',
  hint: 'Where dots run together, darker is denser.',
  load: async () => (await import('./network.ts')).unstructuredNetwork({ covers }),
};

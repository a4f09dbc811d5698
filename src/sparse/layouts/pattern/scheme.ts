/**
 * Patterns (PatDNN, Niu et al., 2020; MEST's pattern scheme): a 3×3 kernel keeps four of its nine taps, and as many
 * whole kernels go as the sparsity asks for beyond that.
 */
import { MODELS } from '../../../nn/models/registry.ts';
import type { LayoutScheme, WeightMask } from '../scheme.ts';
import { KERNEL_TAPS, PATTERN_TAPS } from './kernel-patterns.ts';
import { liveKernels } from './pattern-lists.ts';

const covers: WeightMask['covers'] = ({ kernel }, role) => role === 'body' && kernel === 3;

export const pattern: LayoutScheme = {
  name: 'pattern',
  title: 'patterns of taps',
  units: 'kernels',
  reads: ['sparsity', 'budget', 'dynamic', 'maskChange', 'maskEnd', 'gradientSparsity'],
  unread: null,
  refuses: ({ sparsity, model }) => {
    if (sparsity < 5 / 9) {
      return `sparsity: patterns keep four taps of nine at most, so it is at least 5/9, not ${sparsity}`;
    }
    return MODELS[model].kernel === 3
      ? null
      : `layout: patterns are for 3×3 kernels, and the ${model} has none`;
  },
  masked: true,
  weights: {
    most: PATTERN_TAPS / KERNEL_TAPS,
    covers,
    share: (shape, density) => {
      const entries = shape.outChannels * shape.inChannels * KERNEL_TAPS;
      return (liveKernels(1 - density, shape) * PATTERN_TAPS) / entries;
    },
    executes: 'live',
    unchosen: 'unused',
  },
  changeSeconds: 3e-7,
  mark: () => 'Each square is a kernel of nine weights, of which four exist where it lives.',
  load: async () => (await import('./network.ts')).patternNetwork({ covers }),
};

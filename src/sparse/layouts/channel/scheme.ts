/** Whole filters are left out: the network is a narrower dense one, and keeps its size while filters come and go. */
import { restDensity } from '../../dynamics/schedule.ts';
import type { LayoutScheme } from '../scheme.ts';
import { channelChoice } from './layout.ts';

export const channel: LayoutScheme = {
  name: 'channel',
  title: 'whole filters',
  units: 'filters',
  reads: ['sparsity', 'dynamic', 'maskChange', 'maskEnd'],
  unread: 'Filters are left out of all layers alike, and their gradients with them.',
  refuses: (config, dynamic) => {
    const { name } = dynamic;
    if (config.budget === 'erk') {
      return 'budget: erk gives every layer its own density, but filters are left out of all layers alike';
    }
    const rest = restDensity(config);
    const steady = [0, 1]
      .flatMap((index) => dynamic.changes(config, { index, tasks: 2 }))
      .every(({ growTo }) => growTo === rest);
    if (dynamic.start(config) !== rest || dynamic.room(config) !== rest || !steady) {
      return `dynamic: with ${name} the number of live weights changes, but a network of fewer filters keeps its size; set and em keep it too`;
    }
    if (dynamic.growth === 'dense-gradient' || dynamic.initial === 'saliency') {
      return `dynamic: ${name} asks for gradients of what does not live, and a filter that is left out has none: neither what it reads nor what reads it is computed`;
    }
    return null;
  },
  masked: true,
  weights: null,
  channels: channelChoice,
  changeSeconds: 1.5e-7,
  mark: () => 'Each bar is a filter: one output of a layer with all that it reads.',
  load: async () => (await import('./network.ts')).channelNetwork,
};

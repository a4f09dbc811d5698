/** Every weight exists: no mask. */
import type { LayoutScheme } from '../scheme.ts';

export const dense: LayoutScheme = {
  name: 'dense',
  title: 'dense: all weights',
  units: 'weights',
  reads: [],
  unread: 'The network is dense: layout is where a mask begins.',
  masked: false,
  weights: null,
  changeSeconds: 0,
  mark: () => '',
  load: async () => (await import('./network.ts')).denseNetwork,
};

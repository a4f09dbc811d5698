/** The layout of a run's network, without fetching what sparse weights need where there are none. */
import { denseLayout } from '../../nn/convolution/dense-layout.ts';
import type { Config } from './config.ts';
import type { RunLayout } from './network-layout.ts';

/** Layouts of sparse weights are loaded where there are any. Throws `ConfigError`. */
export async function runLayout(config: Config): Promise<RunLayout> {
  if (config.layout === 'dense' && config.sparsity === 0 && config.dynamic === 'static') {
    return {
      layoutFor: () => denseLayout,
      channelsFor: () => null,
      unitsOf: () => [],
      budget: () => 1,
    };
  }
  return (await import('./network-layout.ts')).networkLayout(config);
}

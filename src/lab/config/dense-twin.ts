/** What a sparse run is compared with: the same run with every weight, every gradient and every image. */
import type { Config } from './config.ts';

export function denseTwin(config: Config): Config {
  return {
    ...config,
    layout: 'dense',
    sparsity: 0,
    budget: 'uniform',
    dynamic: 'static',
    gradientSparsity: 0,
    removal: 0,
  };
}

/** Dense networks that stand beside a run: one that it is compared with, and one that its first mask may be found by. */
import type { Config } from './config.ts';

/** The same run with every weight, every gradient and every image. */
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

/** The dense twin that minimises the loss of the current batch and no more: no replay, penalty, momentum, measured kernel. */
export function plainTwin(config: Config): Config {
  return {
    ...denseTwin(config),
    strategy: 'finetune',
    bufferSize: 0,
    sequenced: false,
    optimizer: 'sgd',
    momentum: 0,
    tune: 'default',
  };
}

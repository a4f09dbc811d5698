/** Whether a run trains on all tasks at once: what then is one row of accuracies, with nothing to forget. */
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import type { Config } from './config.ts';

export const trainsJointly = ({ strategy }: Pick<Config, 'strategy'>): boolean =>
  STRATEGIES[strategy].stream === 'joint';

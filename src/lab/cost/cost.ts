/** What a run costs, from its config alone (`cost-count.ts` counts). */
import type { Config } from '../config/config.ts';
import { countCost, type Cost } from './cost-count.ts';
import { dataShapeOf, type DataShape } from '../config/data-shapes.ts';

export type { Cost };

/**
 * The cost of a run of `config` on images of `shape`, its own set's if left out. Throws `ConfigError` and
 * `StreamError` on what could not run either.
 */
export function costOf(config: Config, shape: DataShape = dataShapeOf(config)): Cost {
  return countCost(config, shape);
}

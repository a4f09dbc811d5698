/** From the config's fields about sparsity to the layout of a network, or a sentence about why there is none. */
import type { Budget } from '../../sparse/budget.ts';
import type { Dynamic } from '../../sparse/dynamics/dynamic.ts';
import { DYNAMICS } from '../../sparse/dynamics/registry.ts';
import type { NetworkLayout } from '../../sparse/layouts/network-layout.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import { maskRefusal } from '../../sparse/refusal.ts';
import { ConfigError, type Config } from './config.ts';
import { layerBudget } from './layer-budget.ts';

/** A network's layout, and how its density falls to layers. */
export interface RunLayout extends NetworkLayout {
  readonly budget: Budget;
}

/** Throws `ConfigError` on fields about the mask that do not go together. */
export function requireMask(config: Config): void {
  const refused = maskRefusal(config);
  if (refused !== null) throw new ConfigError(refused);
}

/** Loads the layout and no other. Throws `ConfigError` on fields that do not go together. */
export async function runLayout(config: Config): Promise<RunLayout> {
  requireMask(config);
  const dynamic: Dynamic = DYNAMICS[config.dynamic];
  const makeLayout = await LAYOUTS[config.layout].load();
  const budget = layerBudget(config);
  const shares = { sparsity: 1 - dynamic.start(config), room: dynamic.room(config) };
  try {
    return { ...makeLayout({ ...config, ...shares, budget }), budget };
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError(`layout: ${error.message}`);
    throw error;
  }
}

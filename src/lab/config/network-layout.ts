/** From the config's fields about sparsity to the layout of a network, or a sentence about why there is none. */
import { buildModel, MODELS } from '../../nn/models/registry.ts';
import { erkBudget, uniformBudget, type Budget, type BudgetLayer } from '../../sparse/budget.ts';
import type { Dynamic } from '../../sparse/dynamics/dynamic.ts';
import { refusal } from '../../sparse/dynamics/refusal.ts';
import { DYNAMICS } from '../../sparse/dynamics/registry.ts';
import { LAYOUTS, type NetworkLayout } from '../../sparse/layouts/registry.ts';
import { ConfigError, type Config } from './config.ts';

/** A pattern keeps four of nine taps, so it leaves out five at least. */
const LEAST_PATTERN_SPARSITY = 5 / 9;

/** A network's layout, and how its density falls to layers. */
export interface RunLayout extends NetworkLayout {
  readonly budget: Budget;
}

/** Throws `ConfigError` on fields that do not go together. */
export function networkLayout(config: Config): RunLayout {
  const { layout, block, sparsity, model } = config;
  if (layout === 'dense' && sparsity > 0) {
    throw new ConfigError(
      `sparsity: a dense network has none; with ${sparsity}, layout is block, channel, pattern or unstructured`,
    );
  }
  if (layout === 'pattern' && sparsity < LEAST_PATTERN_SPARSITY) {
    throw new ConfigError(
      `sparsity: patterns keep four taps of nine at most, so it is at least 5/9, not ${sparsity}`,
    );
  }
  if (layout === 'pattern' && MODELS[model].kernel !== 3) {
    throw new ConfigError(`layout: patterns are for 3×3 kernels, and the ${model} has none`);
  }
  const dynamic: Dynamic = DYNAMICS[config.dynamic];
  const refused = refusal({ dynamic, layout, budget: config.budget, options: config });
  if (refused !== null) throw new ConfigError(refused);
  const [rows = NaN, columns = NaN] = block.split('x').map(Number);
  try {
    const budget = budgetOf(config);
    const shares = { sparsity: 1 - dynamic.start(config), room: dynamic.room(config) };
    return { ...LAYOUTS[layout]({ ...shares, rows, columns, budget }), budget };
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError(`layout: ${error.message}`);
    throw error;
  }
}

function budgetOf({ budget, layout, model, width }: Config): Budget {
  const most = layout === 'pattern' ? 1 - LEAST_PATTERN_SPARSITY : 1;
  if (budget === 'uniform' || layout === 'dense' || layout === 'channel') {
    return uniformBudget(most);
  }
  const layers: BudgetLayer[] = [];
  // Which layers are sparse, and how large they are, the network itself tells; how sparse, not yet.
  const { layoutFor } = LAYOUTS[layout]({ sparsity: 1 - most, rows: 8, columns: 8 });
  buildModel(model, width, 1, (name, shape, role) => {
    const chosen = layoutFor(name, shape, role);
    if (chosen.name !== 'dense') layers.push({ name, ...shape });
    return chosen;
  });
  return erkBudget(layers, most);
}

/** How the density of a config's network falls to the layers that its mask covers. */
import { denseLayout } from '../../nn/convolution/dense-layout.ts';
import { buildModel } from '../../nn/models/registry.ts';
import { erkBudget, uniformBudget, type Budget, type BudgetLayer } from '../../sparse/budget.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import type { LayoutScheme } from '../../sparse/layouts/scheme.ts';
import type { Config } from './config.ts';

/** Uniform where the layout has no mask over the weights of layers. */
export function layerBudget({ budget, layout, model, width }: Config): Budget {
  const { weights }: LayoutScheme = LAYOUTS[layout];
  if (budget === 'uniform' || weights === null) return uniformBudget(weights?.most);
  const layers: BudgetLayer[] = [];
  // Which layers the mask covers, and how large they are, only the network itself tells.
  buildModel(model, width, 1, (name, shape, role) => {
    if (weights.covers(shape, role)) layers.push({ name, ...shape });
    return denseLayout;
  });
  return erkBudget(layers, weights.most);
}

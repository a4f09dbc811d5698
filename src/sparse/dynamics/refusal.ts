/** Which dynamics, layouts and budgets do not go together, and why. Asked before anything is made; no GPU is needed. */
import type { BudgetName } from '../budget.ts';
import type { LayoutName } from '../layouts/registry.ts';
import type { Dynamic, DynamicOptions } from './dynamic.ts';
import { isBelow, restDensity } from './schedule.ts';

export interface Combination {
  readonly dynamic: Dynamic;
  readonly layout: LayoutName;
  readonly budget: BudgetName;
  readonly options: DynamicOptions;
}

/** A sentence that begins with the config's field, or null where all go together. */
export function refusal({ dynamic, layout, budget, options }: Combination): string | null {
  const { name } = dynamic;
  const rest = restDensity(options);
  // A later task of a stream, and the first: no dynamic tells more than these apart.
  const changes = [0, 1].flatMap((index) => dynamic.changes(options, { index, tasks: 2 }));
  if (layout === 'dense' && name !== 'static') {
    return `dynamic: ${name} chooses which weights live, and in a dense network all do; layout is block, channel, pattern or unstructured`;
  }
  if (layout === 'channel') {
    if (budget === 'erk') {
      return 'budget: erk gives every layer its own density, but filters are left out of all layers alike';
    }
    const steady = changes.every(({ growTo }) => growTo === rest);
    if (dynamic.start(options) !== rest || dynamic.room(options) !== rest || !steady) {
      return `dynamic: with ${name} the number of live weights changes, but a network of fewer filters keeps its size; set and em keep it too`;
    }
    if (dynamic.growth === 'dense-gradient' || dynamic.initial === 'saliency') {
      return `dynamic: ${name} asks for gradients of what does not live, and a filter that is left out has none: neither what it reads nor what reads it is computed`;
    }
  }
  const least = changes.reduce((low, { dropTo }) => Math.min(low, dropTo ?? low), 1);
  if (!isBelow(0, least)) {
    return `maskChange: ${options.maskChange} of all weights cannot go, where ${+rest.toFixed(6)} of them live`;
  }
  return null;
}

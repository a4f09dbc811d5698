/**
 * How a network's density falls to its layers: every layer alike, or by Erdős–Rényi kernel (ERK; Mocanu et
 * al., 2018, and Evci et al., *Rigging the lottery*, ICML 2020), where small layers stay denser:
 *
 *   density of a layer ∝ (in + out + kh + kw) / (in · out · kh · kw),
 *
 * with one factor for all layers, such that as many weights live in all as uniformly. A layer whose share
 * exceeds what it can hold holds all it can, and the others share the rest. (The paper's text scales
 * *sparsities* with 1 − that ratio; its code scales densities, as here.)
 */

/** A layer that the mask covers. */
export interface BudgetLayer {
  readonly name: string;
  readonly outChannels: number;
  readonly inChannels: number;
  /** Height and width of the kernels. */
  readonly kernel: number;
}

export type BudgetName = 'uniform' | 'erk';

/** The density of a layer where that of all covered weights together is `density`. */
export type Budget = (layer: string, density: number) => number;

/** How many of a layer's units live at a sparsity in [0, 1): max(1, round((1 − s)·units)), so that no layer dies. */
export function liveAt(sparsity: number, units: number): number {
  return Math.max(1, Math.round((1 - sparsity) * units));
}

/** `most` is the largest density that a layer can have: 1, or what the layout allows. */
export function uniformBudget(most = 1): Budget {
  return (_, density) => clamp(density, most);
}

/** Throws `RangeError` when asked for a layer that is not among `layers`. */
export function erkBudget(layers: readonly BudgetLayer[], most = 1): Budget {
  const solved = new Map<number, ReadonlyMap<string, number>>();
  return (layer, density) => {
    let densities = solved.get(density);
    if (!densities) solved.set(density, (densities = erkDensities(layers, density, most)));
    const found = densities.get(layer);
    if (found === undefined) throw new RangeError(`the budget has no layer ${layer}`);
    return found;
  };
}

function erkDensities(
  layers: readonly BudgetLayer[],
  density: number,
  most: number,
): ReadonlyMap<string, number> {
  const sizes = layers.map(({ name, outChannels, inChannels, kernel }) => {
    const weights = outChannels * inChannels * kernel ** 2;
    return { name, weights, share: outChannels + inChannels + 2 * kernel };
  });
  const sum = (of: typeof sizes, key: 'weights' | 'share') =>
    of.reduce((total, size) => total + size[key], 0);
  let left = clamp(density, most) * sum(sizes, 'weights');
  let open = sizes;
  const densities = new Map<string, number>();
  for (;;) {
    const factor = left / sum(open, 'share');
    const full = open.filter(({ weights, share }) => factor * share > most * weights);
    if (full.length === 0) {
      for (const { name, weights, share } of open) densities.set(name, (factor * share) / weights);
      return densities;
    }
    for (const { name, weights } of full) {
      densities.set(name, most);
      left -= most * weights;
    }
    open = open.filter((size) => !full.includes(size));
  }
}

const clamp = (density: number, most: number): number => Math.min(Math.max(density, 0), most);

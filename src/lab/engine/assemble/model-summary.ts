/** What a network is made of, for the report: which layer is stored how, and how much of it exists. */
import type { Network } from '../../../nn/compile/graph.ts';
import { denseLayout } from '../../../nn/convolution/dense-layout.ts';
import type { ParameterStore } from '../../../nn/tensor/parameter-store.ts';
import type { LayoutChoice } from '../../../nn/compile/weight-layout.ts';
import type { Report } from '../../report/report.ts';

type Summary = Omit<Report['model'], 'macsPerStep'>;

/** A choice that remembers what it chose, by layer. */
export function remembering(choice: LayoutChoice): {
  readonly layoutFor: LayoutChoice;
  readonly chosen: ReadonlyMap<string, string>;
} {
  const chosen = new Map<string, string>();
  const layoutFor: LayoutChoice = (name, shape, role) => {
    const layout = choice(name, shape, role);
    chosen.set(name, layout.name);
    return layout;
  };
  return { layoutFor, chosen };
}

/**
 * Counts the numbers of a network, and of each layer with a matrix of weights the entries of that. `chosen` says how
 * each layer is stored; one that lacks channels is dense in what it has, and called by the network's `layout`.
 */
export function modelSummary(
  { layers }: Network,
  store: ParameterStore,
  chosen: ReadonlyMap<string, string>,
  layout: string,
): Summary {
  const liveParameters = store.names.reduce((sum, name) => sum + store.liveCount(name), 0);
  const matrices = layers.flatMap(({ name, parameters }) => {
    const weight = parameters.find(({ role }) => role === 'matrix');
    if (!weight) return [];
    const weights = weight.shape.reduce((product, extent) => product * extent, 1);
    const storedAs = weight.subsets.length > 0 ? layout : (chosen.get(name) ?? denseLayout.name);
    return [{ name, layout: storedAs, weights, live: store.liveCount(weight.name) }];
  });
  return {
    parameters: store.count,
    liveParameters,
    density: liveParameters / store.count,
    layers: matrices,
  };
}

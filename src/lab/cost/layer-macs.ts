/**
 * The layers of a config's network with what each costs, from the network itself: dense multiply-accumulates,
 * the share at taps outside the image, and the share that is live at a density. No GPU is asked.
 */
import type { DenseWork } from '../../nn/tensor/dense-work.ts';
import { GraphBuilder } from '../../nn/compile/graph.ts';
import { IMAGE_CHANNELS } from '../../nn/models/model.ts';
import { MODELS } from '../../nn/models/registry.ts';
import type { ConvolutionShape } from '../../nn/compile/weight-layout.ts';
import { blockGrid } from '../../sparse/layouts/block/block-grid.ts';
import { liveAt } from '../../sparse/budget.ts';
import { PATTERN_TAPS } from '../../sparse/layouts/pattern/kernel-patterns.ts';
import { liveKernels } from '../../sparse/layouts/pattern/pattern-lists.ts';
import { ConfigError, type Config } from '../config/config.ts';
import type { DataShape } from '../config/data-shapes.ts';
import type { RunLayout } from '../config/network-layout.ts';

/** One layer that multiplies. */
export interface LayerWork {
  readonly name: string;
  readonly weights: number;
  /** Multiply-accumulates of its passes over one image, were it dense; no weights' gradient where these are frozen. */
  readonly work: DenseWork;
  /** Whether the mask covers the layer. */
  readonly sparse: boolean;
  /** Whether the gradient of its input is computed; not for the first layer. */
  readonly inputGradient: boolean;
  /** Share of the weights that lives where the mask aims at `density`. */
  readonly live: (density: number) => number;
  /** Share of the weights that kernels multiply by where so many live: all of them if the mask only hides the rest. */
  readonly executed: (density: number) => number;
  /** Share of the weights whose gradient is kept where this share of all is to be, dead ones included. */
  readonly kept: (share: number) => number;
}

/** Throws `ConfigError` where the network cannot be. */
export function layerWork(
  config: Config,
  { size, classes }: DataShape,
  { layoutFor, channelsFor, budget }: RunLayout,
): readonly LayerWork[] {
  const chosen = new Map<string, { readonly layout: string; readonly shape: ConvolutionShape }>();
  const graph = new GraphBuilder(
    IMAGE_CHANNELS,
    size,
    size,
    (name, shape, role) => {
      const layout = layoutFor(name, shape, role);
      chosen.set(name, { layout: layout.name, shape });
      return layout;
    },
    channelsFor,
  );
  const logits = MODELS[config.model](graph, {
    width: config.width,
    classes: classes + config.addedClasses,
  });
  // A pattern is four taps of nine, whatever the mask aims at.
  const most = config.layout === 'pattern' ? PATTERN_TAPS / 9 : 1;
  return graph.finish(config.model, logits).layers.flatMap((layer) => {
    const weight = layer.parameters.find(({ role }) => role === 'matrix');
    if (layer.work.forward === 0) return [];
    const { layout, shape } = chosen.get(layer.name) ?? {};
    // Channels that do not exist shrink a layer along both sides, whatever the mask aims at.
    const narrowed = (weight?.subsets ?? []).reduce(
      (share, { subset }) => (share * subset.live) / subset.of,
      1,
    );
    const masked = shape !== undefined && layout !== 'dense' ? shape : null;
    const live = (density: number) =>
      narrowed * (masked ? liveShare(config, masked, budget(layer.name, density)) : 1);
    return [
      {
        name: layer.name,
        weights: weight ? weight.shape.reduce((product, extent) => product * extent, 1) : 0,
        work: weight?.group.frozen ? { ...layer.work, weightGradient: 0 } : layer.work,
        sparse: masked !== null,
        inputGradient: layer.inputs[0]?.needsGradient ?? false,
        live,
        executed: config.layout === 'unstructured' ? () => narrowed : live,
        kept: (share: number) => (masked ? liveShare(config, masked, Math.min(share, most)) : 1),
      },
    ];
  });
}

/** The share that lives of a layer, its units being whole blocks, kernels or weights. */
function liveShare({ layout, block }: Config, shape: ConvolutionShape, density: number): number {
  const entries = shape.outChannels * shape.inChannels * shape.kernel ** 2;
  const sparsity = 1 - density;
  switch (layout) {
    case 'block': {
      const [rows = NaN, columns = NaN] = block.split('x').map(Number);
      const { blocks } = blockGrid(shape, { rows, columns }, () => 1);
      return liveAt(sparsity, blocks) / blocks;
    }
    case 'pattern':
      return (liveKernels(sparsity, shape) * PATTERN_TAPS) / entries;
    case 'unstructured':
      return liveAt(sparsity, entries) / entries;
    case 'dense':
    case 'channel':
      throw new ConfigError(`layout: ${layout} has no mask to count`);
  }
}

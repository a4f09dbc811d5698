/**
 * The layers of a config's network with what each costs, from the network itself: dense multiply-accumulates,
 * the share at taps outside the image, and the share that is live at a density. No GPU is asked.
 */
import type { DenseWork } from '../../nn/tensor/dense-work.ts';
import { denseLayout } from '../../nn/convolution/dense-layout.ts';
import { GraphBuilder } from '../../nn/compile/graph.ts';
import { IMAGE_CHANNELS } from '../../nn/models/model.ts';
import { BUILDERS } from '../../nn/models/registry.ts';
import type { ConvolutionShape } from '../../nn/compile/weight-layout.ts';
import type { Dynamic } from '../../sparse/dynamics/dynamic.ts';
import { DYNAMICS } from '../../sparse/dynamics/registry.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import type { LayoutScheme } from '../../sparse/layouts/scheme.ts';
import type { Config } from '../config/config.ts';
import type { DataShape } from '../config/data-shapes.ts';
import { layerBudget } from '../config/layer-budget.ts';
import { requireMask } from '../config/run-layout.ts';

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

/** Throws `ConfigError` on fields about the mask that do not go together. */
export function layerWork(config: Config, { size, classes }: DataShape): readonly LayerWork[] {
  requireMask(config);
  const { weights: mask, channels }: LayoutScheme = LAYOUTS[config.layout];
  const dynamic: Dynamic = DYNAMICS[config.dynamic];
  const budget = layerBudget(config);
  /** The shapes of layers that the mask covers. */
  const covered = new Map<string, ConvolutionShape>();
  const graph = new GraphBuilder(
    IMAGE_CHANNELS,
    size,
    size,
    (name, shape, role) => {
      if (mask?.covers(shape, role)) covered.set(name, shape);
      return denseLayout;
    },
    channels?.({ sparsity: 1 - dynamic.start(config) }),
  );
  const logits = BUILDERS[config.model](graph, {
    width: config.width,
    classes: classes + config.addedClasses,
  });
  return graph.finish(config.model, logits).layers.flatMap((layer) => {
    const weight = layer.parameters.find(({ role }) => role === 'matrix');
    if (layer.work.forward === 0) return [];
    // Channels that do not exist shrink a layer along both sides, whatever the mask aims at.
    const narrowed = (weight?.subsets ?? []).reduce(
      (share, { subset }) => (share * subset.live) / subset.of,
      1,
    );
    const shape = covered.get(layer.name);
    const share = (density: number) => (mask && shape ? mask.share(shape, density, config) : 1);
    const live = (density: number) => narrowed * (shape ? share(budget(layer.name, density)) : 1);
    return [
      {
        name: layer.name,
        weights: weight ? weight.shape.reduce((product, extent) => product * extent, 1) : 0,
        work: weight?.group.frozen ? { ...layer.work, weightGradient: 0 } : layer.work,
        sparse: shape !== undefined,
        inputGradient: layer.inputs[0]?.needsGradient ?? false,
        live,
        executed: mask?.executes === 'all' ? () => narrowed : live,
        kept: (of: number) => share(Math.min(of, mask?.most ?? 1)),
      },
    ];
  });
}

/** All layouts of sparse weights by name. A new one is a file and a line. */
import type { ChannelChoice, ChannelSubset } from '../../nn/tensor/channel-subset.ts';
import { denseLayout } from '../../nn/convolution/dense-layout.ts';
import type { Network } from '../../nn/compile/graph.ts';
import type { Parameter } from '../../nn/tensor/parameter.ts';
import type { ConvolutionShape, LayoutChoice } from '../../nn/compile/weight-layout.ts';
import { uniformBudget, type Budget } from '../budget.ts';
import type { MaskUnits } from '../mask/mask-units.ts';
import { sparseLayers } from '../mask/sparse-layers.ts';
import { blockLayout } from './block/layout.ts';
import { blockUnits } from './block/units.ts';
import { channelChoice } from './channel/layout.ts';
import { channelUnits } from './channel/units.ts';
import { patternLayers } from './pattern/layout.ts';
import { patternUnits } from './pattern/units.ts';
import { unstructuredLayout } from './unstructured/layout.ts';
import { unstructuredUnits } from './unstructured/units.ts';

/** What layouts are chosen by; each takes what it knows. */
export interface LayoutOptions {
  /** Share of weights, or of inner channels, that are not live at first, in [0, 1). */
  readonly sparsity: number;
  /** Output and input channels of a block. */
  readonly rows: number;
  readonly columns: number;
  /** Share of weights that there is room for, in blocks and patterns. As many as live at first if left out. */
  readonly room?: number;
  /** How these shares fall to layers; uniformly if left out. Channels are left out of all layers alike. */
  readonly budget?: Budget;
}

/** How a network is stored: what `buildModel` takes, and what a mask may change of what it has made. */
export interface NetworkLayout {
  readonly layoutFor: LayoutChoice;
  readonly channelsFor: ChannelChoice;
  /** What comes and goes in a network of this layout; nothing where all weights live. */
  readonly unitsOf: (network: Network) => readonly MaskUnits[];
}

/** Makes a network's layout. Throws `RangeError` where it, or the model built with it, cannot be. */
export type LayoutFactory = (options: LayoutOptions) => NetworkLayout;

type UnitsOfWeights = (name: string, shape: ConvolutionShape, weight: Parameter) => MaskUnits;

const everyChannel: ChannelChoice = () => null;
const ofWeights = (layoutFor: LayoutChoice, units?: UnitsOfWeights): NetworkLayout => ({
  layoutFor,
  channelsFor: everyChannel,
  unitsOf: ({ layers }) =>
    layers.flatMap(({ name, parameters }) =>
      parameters
        .filter(({ lists, role }) => units && lists && role === 'matrix')
        .map((weight) => units!(name, shapeOf(weight), weight)),
    ),
});

export const LAYOUTS = {
  dense: () => ofWeights(() => denseLayout),
  block: (options) => {
    const { rows, columns } = options;
    const of = (layer: string) => ({ rows, columns, ...sharesOf(options, layer) });
    return ofWeights(
      sparseLayers((name) => blockLayout(of(name))),
      (name, shape, weight) => blockUnits(name, shape, weight, of(name)),
    );
  },
  pattern: (options) => {
    const of = (layer: string) => sharesOf(options, layer);
    return ofWeights(patternLayers(of), (name, shape, weight) =>
      patternUnits(name, shape, weight, of(name)),
    );
  },
  channel: (options) => ({
    layoutFor: () => denseLayout,
    channelsFor: channelChoice(options),
    unitsOf: channelUnitsOf,
  }),
  unstructured: (options) =>
    ofWeights(
      sparseLayers((name) => unstructuredLayout(sharesOf(options, name))),
      unstructuredUnits,
    ),
} as const satisfies Record<string, LayoutFactory>;

export type LayoutName = keyof typeof LAYOUTS;

/** What of a layer's weights is not live at first, and how many there is room for. */
function sharesOf({ sparsity, room, budget = uniformBudget() }: LayoutOptions, layer: string) {
  return {
    sparsity: 1 - budget(layer, 1 - sparsity),
    ...(room !== undefined && { room: budget(layer, room) }),
  };
}

/** What units ask of the shape of weights, which stride does not change. */
function shapeOf({ name, shape }: Parameter): ConvolutionShape {
  const [outChannels = 0, inChannels = 0, kernel = 1] = shape;
  if (kernel !== 1 && kernel !== 3) throw new RangeError(`${name}: kernels of ${kernel}×${kernel}`);
  return { outChannels, inChannels, kernel, stride: 1, pad: kernel === 3 ? 1 : 0 };
}

function channelUnitsOf({ layers }: Network): readonly MaskUnits[] {
  const subsets = new Map<string, { subset: ChannelSubset; parameters: Parameter[] }>();
  for (const parameter of layers.flatMap((layer) => layer.parameters)) {
    for (const { subset } of parameter.subsets) {
      const found = subsets.get(subset.name) ?? { subset, parameters: [] };
      found.parameters.push(parameter);
      subsets.set(subset.name, found);
    }
  }
  return [...subsets.values()].map(({ subset, parameters }) => channelUnits(subset, parameters));
}

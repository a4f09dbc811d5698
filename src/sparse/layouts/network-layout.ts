/** How a network's weights are stored and what of them comes and goes: what a layout makes once it is loaded. */
import type { ChannelChoice } from '../../nn/tensor/channel-subset.ts';
import type { Network } from '../../nn/compile/graph.ts';
import type { Parameter } from '../../nn/tensor/parameter.ts';
import type { ConvolutionShape, LayoutChoice } from '../../nn/compile/weight-layout.ts';
import { uniformBudget, type Budget } from '../budget.ts';
import type { MaskUnits } from '../mask/mask-units.ts';

/** The fields of a config that decide which weights a layout stores. */
export interface LayoutFields {
  /** Share of weights, or of inner channels, that are not live at rest, in [0, 1). */
  readonly sparsity: number;
  /** Output × input channels of a block: '8x8'. */
  readonly block: string;
}

/** What a layout is made by; each takes what it knows. `sparsity` is that of the mask that training begins with. */
export interface LayoutOptions extends Partial<LayoutFields> {
  readonly sparsity: number;
  /** Share of weights that there is room for, in blocks and patterns. As many as live at first if left out. */
  readonly room?: number;
  /** How these shares fall to layers; uniformly if left out. Channels are left out of all layers alike. */
  readonly budget?: Budget;
}

/** What `buildModel` takes, and what a mask may change of what it has made. */
export interface NetworkLayout {
  readonly layoutFor: LayoutChoice;
  readonly channelsFor: ChannelChoice;
  /** What comes and goes in a network of this layout; nothing where all weights live, nor among frozen ones. */
  readonly unitsOf: (network: Network) => readonly MaskUnits[];
}

/** Makes a network's layout. Throws `RangeError` where it, or the model built with it, cannot be. */
export type LayoutFactory = (options: LayoutOptions) => NetworkLayout;

/** The units of one layer's weight. */
export type UnitsOfWeight = (name: string, shape: ConvolutionShape, weight: Parameter) => MaskUnits;

/** A layout that stores the weights of layers, and leaves tensors whole. */
export function weightsLayout(layoutFor: LayoutChoice, units?: UnitsOfWeight): NetworkLayout {
  return {
    layoutFor,
    channelsFor: () => null,
    unitsOf: ({ layers }) =>
      layers.flatMap(({ name, parameters }) =>
        parameters
          .filter(({ lists, role, group }) => units && lists && role === 'matrix' && !group.frozen)
          .map((weight) => units!(name, shapeOf(weight), weight)),
      ),
  };
}

/** What of a layer's weights is not live at first, and how many there is room for. */
export function sharesOf(
  { sparsity, room, budget = uniformBudget() }: LayoutOptions,
  layer: string,
): { readonly sparsity: number; readonly room?: number } {
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

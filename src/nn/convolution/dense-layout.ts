/**
 * Dense weights: [taps][Ci][Co], output channels innermost and padded to whole vec4s, the order in which
 * the tile kernel reads them fastest. The input gradient runs the same kernel over a transposed copy of
 * the layer's weights, made in scratch space just before.
 */
import { emitTile, emitWeightGradient, tileChannels } from './convolution-tile.ts';
import {
  convolutionMacs,
  type ConvolutionShape,
  type WeightLayout,
} from '../compile/weight-layout.ts';

const round4 = (n: number): number => Math.ceil(n / 4) * 4;
/** Channels of a tile of the weights' gradient. */
const TILE_CHANNELS = 8;

export const denseLayout: WeightLayout = {
  name: 'dense',

  storage: ({ outChannels, inChannels, kernel }) =>
    kernel * kernel * inChannels * round4(outChannels),

  lists: () => null,

  pack: (shape, values) => {
    const stored = new Float32Array(denseLayout.storage(shape));
    eachWeight(shape, (canonical, arena) => {
      stored[arena] = values[canonical]!;
    });
    return stored;
  },

  unpack: (shape, stored) => {
    const { outChannels, inChannels, kernel } = shape;
    const values = new Float32Array(outChannels * inChannels * kernel * kernel);
    eachWeight(shape, (canonical, arena) => {
      values[canonical] = stored[arena]!;
    });
    return values;
  },

  forward: (emit, convolution) => {
    const { name, shape, input, output, weight, bias } = convolution;
    emitTile(emit, {
      label: `${name} forward`,
      kind: 'forward',
      macs: convolutionMacs(convolution) * emit.rows,
      channels: tileChannels(shape.outChannels),
      from: input,
      to: output,
      buffers: { weights: emit.store.parameters },
      parameters: {
        out_channels: shape.outChannels,
        in_channels: shape.inChannels,
        weights_at: emit.store.at(weight.name) / 4,
        weights_row: round4(shape.outChannels) / 4,
        ...(bias && { bias_at: emit.store.at(bias.name) / 4 }),
        accumulate: 0,
        kernel: shape.kernel,
        pad: shape.pad,
        direction: 1,
        output_step: 1,
        source_step: shape.stride,
      },
    });
  },

  inputGradient: (emit, convolution) => {
    const { name, shape, input, output, weight } = convolution;
    const { outChannels, inChannels, kernel } = shape;
    const transposed = emit.scratch(
      `${name} transposed weights`,
      kernel * kernel * outChannels * round4(inChannels) * 4,
    );
    emit.dispatch({
      label: `${name} transpose`,
      kind: 'input-gradient',
      kernel: 'transpose_weights',
      parameters: {
        taps: kernel * kernel,
        in_channels: inChannels,
        out_channels: outChannels,
        weights_at: emit.store.at(weight.name) / 4,
      },
      buffers: { weights: emit.store.parameters, result: transposed },
      invocations: (kernel * kernel * round4(inChannels) * round4(outChannels)) / 16,
    });
    emitTile(emit, {
      label: `${name} input gradient`,
      kind: 'input-gradient',
      macs: convolutionMacs(convolution) * emit.rows,
      channels: tileChannels(inChannels),
      from: output,
      to: input,
      buffers: { weights: transposed },
      parameters: {
        out_channels: inChannels,
        in_channels: outChannels,
        weights_at: 0,
        weights_row: round4(inChannels) / 4,
        accumulate: emit.accumulates(input),
        kernel,
        pad: shape.pad,
        direction: -1,
        output_step: shape.stride,
        source_step: 1,
      },
    });
  },

  weightGradient: (emit, convolution) => {
    const { shape, weight } = convolution;
    const inputs = shape.inChannels <= 4 ? 4 : 8;
    const outTiles = Math.ceil(shape.outChannels / TILE_CHANNELS);
    const inTiles = Math.ceil(shape.inChannels / inputs);
    emitWeightGradient(emit, convolution, {
      channels: TILE_CHANNELS,
      inputs,
      tiles: outTiles * inTiles * shape.kernel * shape.kernel,
      macs: convolutionMacs(convolution) * emit.rows,
      at: emit.store.at(weight.name) / 4,
      length: denseLayout.storage(shape) / 4,
      parameters: {
        out_tiles: outTiles,
        in_tiles: inTiles,
        result_row: round4(shape.outChannels) / 4,
      },
    });
  },
};

/** Calls `visit` with the position of every weight in PyTorch's order and in the arena's. */
function eachWeight(
  { outChannels, inChannels, kernel }: ConvolutionShape,
  visit: (canonical: number, arena: number) => void,
): void {
  const taps = kernel * kernel;
  const row = round4(outChannels);
  for (let o = 0; o < outChannels; o++) {
    for (let i = 0; i < inChannels; i++) {
      for (let tap = 0; tap < taps; tap++) {
        visit((o * inChannels + i) * taps + tap, (tap * inChannels + i) * row + o);
      }
    }
  }
}

/**
 * Dense weights: [taps][Ci][Co], output channels innermost and padded to whole vec4s, the order in which
 * the tile kernel reads them fastest. The input gradient runs the same kernel over a transposed copy of
 * the layer's weights, made in scratch space just before.
 */
import { emitTile, tileChannels } from './convolution-tile.ts';
import { emitWeightGradient } from './weight-gradient.ts';
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
    const { name, shape, input, output, source, bias } = convolution;
    const weights = source.forward(emit);
    emitTile(emit, {
      label: `${name} forward`,
      kind: 'forward',
      macs: convolutionMacs(convolution) * emit.rows,
      shape,
      from: input,
      to: output,
      weights: {
        buffer: weights.buffer,
        at: weights.at / 4,
        row: round4(shape.outChannels) / 4,
        blocks: null,
      },
      biasAt: bias && emit.store.at(bias.name) / 4,
      accumulate: 0,
      channels: tileChannels(shape.outChannels),
    });
  },

  inputGradient: (emit, convolution) => {
    const { name, shape, input, output, source } = convolution;
    const weights = source.forward(emit);
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
        weights_at: weights.at / 4,
      },
      buffers: { weights: weights.buffer, result: transposed },
      invocations: (kernel * kernel * round4(inChannels) * round4(outChannels)) / 16,
    });
    emitTile(emit, {
      label: `${name} input gradient`,
      kind: 'input-gradient',
      macs: convolutionMacs(convolution) * emit.rows,
      shape,
      from: output,
      to: input,
      weights: { buffer: transposed, at: 0, row: round4(inChannels) / 4, blocks: null },
      biasAt: null,
      accumulate: emit.accumulates(input),
      channels: tileChannels(inChannels),
    });
  },

  weightGradient: (emit, convolution) => {
    const { shape, source } = convolution;
    const gradient = source.gradient(emit);
    const inputs = shape.inChannels <= 4 ? 4 : 8;
    emitWeightGradient(emit, convolution, {
      macs: convolutionMacs(convolution) * emit.rows,
      channels: TILE_CHANNELS,
      inputs,
      outTiles: Math.ceil(shape.outChannels / TILE_CHANNELS),
      inTiles: Math.ceil(shape.inChannels / inputs),
      into: gradient.buffer,
      at: gradient.at / 4,
      length: denseLayout.storage(shape) / 4,
      row: round4(shape.outChannels) / 4,
      blocks: null,
    });
    source.backward(emit, gradient);
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

/**
 * Dense weights: [taps][Ci][Co], output channels innermost and padded to whole vec4s, the order in which
 * the tile kernel reads them fastest. The input gradient runs the same kernel over a transposed copy of
 * the layer's weights, made in scratch space just before.
 */
import type { Emitter } from './emitter.ts';
import type { Tensor } from './tensor.ts';
import { convolutionMacs, type ConvolutionShape, type WeightLayout } from './weight-layout.ts';

const round4 = (n: number): number => Math.ceil(n / 4) * 4;
/** Output channels of an invocation in `conv_tile` and `conv_weight_grad`. */
const TILE_CHANNELS = 8;
/** Invocations that a weight gradient is split for, so that a GPU is filled by a small layer too. */
const WANTED_INVOCATIONS = 2048;

export const denseLayout: WeightLayout = {
  name: 'dense',

  storage: ({ outChannels, inChannels, kernel }) =>
    kernel * kernel * inChannels * round4(outChannels),

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
      from: input,
      to: output,
      buffers: {
        source: emit.value(input),
        weights: emit.store.parameters,
        output: emit.value(output),
      },
      parameters: {
        out_channels: shape.outChannels,
        in_channels: shape.inChannels,
        weights_at: emit.store.at(weight.name) / 4,
        weights_row: round4(shape.outChannels) / 4,
        bias_at: bias ? emit.store.at(bias.name) / 4 : 0,
        has_bias: bias ? 1 : 0,
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
      from: output,
      to: input,
      buffers: {
        source: emit.gradient(output),
        weights: transposed,
        output: emit.gradient(input),
      },
      parameters: {
        out_channels: inChannels,
        in_channels: outChannels,
        weights_at: 0,
        weights_row: round4(inChannels) / 4,
        bias_at: 0,
        has_bias: 0,
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
    const { name, shape, input, output, weight } = convolution;
    const inputs = shape.inChannels <= 4 ? 4 : 8;
    const outTiles = Math.ceil(shape.outChannels / TILE_CHANNELS);
    const inTiles = Math.ceil(shape.inChannels / inputs);
    const tiles = outTiles * inTiles * shape.kernel * shape.kernel;
    const wanted = Math.min(Math.ceil(WANTED_INVOCATIONS / tiles), output.height);
    const rowsPerSplit = Math.ceil(output.height / wanted);
    const splits = Math.ceil(output.height / rowsPerSplit);
    const length = denseLayout.storage(shape) / 4;
    const at = emit.store.at(weight.name) / 4;
    const partials =
      splits > 1 ? emit.scratch(`${name} partial gradients`, splits * length * 16) : null;
    emit.dispatch({
      label: `${name} weight gradient`,
      kind: 'weight-gradient',
      kernel: 'conv_weight_grad',
      defines: { INPUTS: inputs },
      parameters: {
        out_channels: shape.outChannels,
        in_channels: shape.inChannels,
        out_tiles: outTiles,
        in_tiles: inTiles,
        result_at: partials ? 0 : at,
        result_row: round4(shape.outChannels) / 4,
        result_split: length,
        accumulate: 0,
        source_height: input.height,
        source_width: input.width,
        gradient_height: output.height,
        gradient_width: output.width,
        batch4: emit.batch4,
        kernel: shape.kernel,
        pad: shape.pad,
        stride: shape.stride,
        splits,
        rows_per_split: rowsPerSplit,
      },
      buffers: {
        source: emit.value(input),
        gradient: emit.gradient(output),
        result: partials ?? emit.store.gradients,
      },
      invocations: tiles * splits,
      macs: convolutionMacs(convolution) * emit.rows,
    });
    if (!partials) return;
    emit.dispatch({
      label: `${name} weight gradient sum`,
      kind: 'weight-gradient',
      kernel: 'reduce_partials',
      parameters: { length, splits, result_at: at, accumulate: 0 },
      buffers: { partials, result: emit.store.gradients },
      invocations: length,
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

interface TileEmission extends Pick<
  Parameters<Emitter['dispatch']>[0],
  'label' | 'kind' | 'buffers' | 'parameters'
> {
  readonly macs: number;
  readonly from: Tensor;
  readonly to: Tensor;
}

/** One pass of `conv_tile` over the planes of `from`, writing those of `to`. */
function emitTile(emit: Emitter, tile: TileEmission): void {
  const { from, to, parameters } = tile;
  const step = parameters['output_step']!;
  const pixels = to.width < 4 ? 1 : 4;
  const tilesX = Math.ceil(Math.ceil(to.width / step) / pixels);
  const tilesY = Math.ceil(to.height / step);
  const channelTiles = Math.ceil(parameters['out_channels']! / TILE_CHANNELS);
  emit.dispatch({
    label: tile.label,
    kind: tile.kind,
    kernel: 'conv_tile',
    defines: { PIXELS: pixels },
    parameters: {
      ...parameters,
      source_height: from.height,
      source_width: from.width,
      output_height: to.height,
      output_width: to.width,
      batch4: emit.batch4,
      tiles_x: tilesX,
      tiles_y: tilesY,
    },
    buffers: tile.buffers,
    invocations: emit.batch4 * tilesX * tilesY * step * step * channelTiles,
    macs: tile.macs,
  });
}

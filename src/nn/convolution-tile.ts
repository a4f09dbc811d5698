/**
 * Emits the convolution kernels, for whichever layout of the weights: how the planes fall into tiles and
 * the rows into splits is the same for all of them.
 */
import type { Emission, Emitter } from './emitter.ts';
import type { Tensor } from './tensor.ts';
import type { Convolution } from './weight-layout.ts';

/** Invocations that a weight gradient is split for, so that a GPU is filled by a small layer too. */
const WANTED_INVOCATIONS = 2048;

export interface TileEmission extends Pick<
  Emission,
  'label' | 'kind' | 'buffers' | 'parameters' | 'defines'
> {
  readonly macs: number;
  /** Output channels of an invocation: 8 or 4, or 1 and 2 for narrow blocks. */
  readonly channels: number;
  readonly from: Tensor;
  readonly to: Tensor;
  /** Which of the two are stored as halves; left out, neither. */
  readonly halves?: { readonly source: 0 | 1; readonly output: 0 | 1 };
}

/** One pass of `conv_tile` over the planes of `from`, writing those of `to`. */
export function emitTile(emit: Emitter, tile: TileEmission): void {
  const { from, to, parameters, channels } = tile;
  const step = parameters['output_step']!;
  // Four positions share each weight: neighbouring pixels, or the batch where a row is too short.
  const pixels = to.width < 4 ? 1 : 4;
  const batch = pixels === 4 ? 1 : [4, 2, 1].find((size) => emit.batch4 % size === 0)!;
  const tilesX = Math.ceil(Math.ceil(to.width / step) / pixels);
  const tilesY = Math.ceil(to.height / step);
  const channelTiles = Math.ceil(parameters['out_channels']! / channels);
  emit.dispatch({
    label: tile.label,
    kind: tile.kind,
    kernel: 'conv_tile',
    defines: {
      PIXELS: pixels,
      BATCH: batch,
      POSITIONS: pixels * batch,
      OUT: channels,
      WIDE: channels === 8 ? 1 : 0,
      NARROW: channels < 4 ? 1 : 0,
      SOURCE_HALF: tile.halves?.source ?? 0,
      OUTPUT_HALF: tile.halves?.output ?? 0,
      ...tile.defines,
    },
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
    invocations: (emit.batch4 / batch) * tilesX * tilesY * step * step * channelTiles,
    macs: tile.macs,
  });
}

export interface WeightGradientEmission {
  /** Output channels of an invocation, 8 or 4, and its input channels. */
  readonly channels: number;
  readonly inputs: number;
  /** Tiles of so many channels in all. */
  readonly tiles: number;
  readonly macs: number;
  /** Where the result begins in the gradient arena, and its length, in vec4s. */
  readonly at: number;
  readonly length: number;
  readonly parameters: Readonly<Record<string, number>>;
  readonly defines?: Readonly<Record<string, number>>;
  readonly buffers?: Emission['buffers'];
}

/** `conv_weight_grad`, split over rows of pixels where there are few tiles, and the sum of the splits. */
export function emitWeightGradient(
  emit: Emitter,
  { name, shape, input, output }: Convolution,
  gradient: WeightGradientEmission,
): void {
  const { tiles, at, length } = gradient;
  const wanted = Math.min(Math.ceil(WANTED_INVOCATIONS / tiles), output.height);
  const rowsPerSplit = Math.ceil(output.height / wanted);
  const splits = Math.ceil(output.height / rowsPerSplit);
  const partials =
    splits > 1 ? emit.scratch(`${name} partial gradients`, splits * length * 16) : null;
  emit.dispatch({
    label: `${name} weight gradient`,
    kind: 'weight-gradient',
    kernel: 'conv_weight_grad',
    defines: {
      OUT: gradient.channels,
      WIDE: gradient.channels === 8 ? 1 : 0,
      INPUTS: gradient.inputs,
      SOURCE_HALF: emit.half(input),
      ...gradient.defines,
    },
    parameters: {
      out_channels: shape.outChannels,
      in_channels: shape.inChannels,
      result_at: partials ? 0 : at,
      result_split: length,
      accumulate: partials ? 0 : emit.accumulatesParameters,
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
      ...gradient.parameters,
    },
    buffers: {
      source: emit.value(input),
      gradient: emit.gradient(output),
      result: partials ?? emit.store.gradients,
      ...gradient.buffers,
    },
    invocations: tiles * splits,
    macs: gradient.macs,
  });
  if (!partials) return;
  emit.dispatch({
    label: `${name} weight gradient sum`,
    kind: 'weight-gradient',
    kernel: 'reduce_partials',
    parameters: { length, splits, result_at: at, accumulate: emit.accumulatesParameters },
    buffers: { partials, result: emit.store.gradients },
    invocations: length,
  });
}

/**
 * The convolution kernels of the weights' gradient, for whichever layout of the weights: what the pass needs to know,
 * which kernel does it, how the weights fall into tiles, and the sum over the splits of the planes.
 */
import type { Virtual } from '../compile/activation-pool.ts';
import type { Emission } from '../compile/emission.ts';
import type { Emitter } from '../compile/emitter.ts';
import { gradientDestination, type ChosenPlaces } from '../compile/gradient-scope.ts';
import { gradientVariant, type GradientVariant, type KernelUse } from '../compile/variants.ts';
import type { Convolution } from '../compile/weight-layout.ts';

/** Live blocks by their slots in the storage. */
export interface GradientBlocks {
  readonly lists: GPUBuffer;
  /** In words of the lists: where the block of each slot is noted. */
  readonly blocksAt: number;
  /** Slots that are computed: all, or as many as are chosen. */
  readonly slots: number;
  /** Blocks of the layer along its input channels. */
  readonly columns: number;
  /** Output and input channels of a block. */
  readonly outs: number;
  readonly ins: number;
}

export interface WeightGradientPass extends Pick<Emission, 'mask'> {
  readonly macs: number;
  /** Output channels of an invocation, 8 or 4 (fewer for narrow blocks), and its input channels; by default. */
  readonly channels: number;
  readonly inputs: number;
  /** Tiles of so many channels along the output and the input channels, of the layer or of a block. */
  readonly outTiles: number;
  readonly inTiles: number;
  /** Where the result goes; the gradient arena if left out. Anywhere else it adds to nothing. */
  readonly into?: Virtual | GPUBuffer;
  /** In vec4s: where the result begins there, its length, and one row of output channels. */
  readonly at: number;
  readonly length: number;
  readonly row: number;
  /** Null where all weights are there. */
  readonly blocks: GradientBlocks | null;
  /** The slots of blocks that are computed alone; `blocks` and `length` are theirs. */
  readonly chosen?: ChosenPlaces | null;
}

/** Emits the gradient, split over rows of pixels (or tokens) where there are few tiles, and the sum of the splits. */
export function emitWeightGradient(
  emit: Emitter,
  { name, shape, input, output, weight }: Convolution,
  gradient: WeightGradientPass,
): void {
  const { length, blocks, chosen = null } = gradient;
  const elsewhere = gradientDestination(emit, weight.name);
  const at = elsewhere ? 0 : gradient.at;
  const result = elsewhere ?? gradient.into ?? emit.store.gradients;
  const derived = gradient.into !== undefined && gradient.into !== emit.store.gradients;
  const adds = derived ? 0 : emit.accumulatesParameters;
  const use: KernelUse = {
    pass: 'weight-gradient',
    kernel: shape.kernel,
    stride: shape.stride,
    inChannels: shape.inChannels,
    outChannels: shape.outChannels,
    width: output.width,
    height: output.height,
    batch4: emit.batch4,
    block: blocks && { outs: blocks.outs, ins: blocks.ins },
    half: emit.half(input) === 1,
  };
  const variant = gradientVariant(emit.variantFor(use), use);
  const cut = cutGradient(variant, gradient, use, emit.store.gpu.adapter.software);
  const wanted = Math.min(Math.ceil(variant.invocations / (cut.tiles * cut.lanes)), output.height);
  const rowsPerSplit = Math.ceil(output.height / wanted);
  const splits = Math.ceil(output.height / rowsPerSplit);
  const partials =
    splits > 1 ? emit.scratch(`${name} partial gradients`, splits * length * 16) : null;
  emit.dispatch({
    label: `${name} weight gradient`,
    kind: 'weight-gradient',
    kernel: cut.kernel,
    defines: {
      ...cut.defines,
      SOURCE_HALF: emit.half(input),
      ...(variant.native && { NATIVE_HALF: 1 }),
      ...(chosen && { CHOSEN: 1 }),
      ...(blocks && { BLOCKS: 1 }),
    },
    parameters: {
      out_channels: shape.outChannels,
      in_channels: shape.inChannels,
      out_tiles: gradient.outTiles,
      in_tiles: gradient.inTiles,
      result_at: partials ? 0 : at,
      result_row: gradient.row,
      result_split: length,
      accumulate: partials ? 0 : adds,
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
      ...(chosen && { chosen_at: chosen.at }),
      ...(blocks && {
        blocks_at: blocks.blocksAt,
        slots: blocks.slots,
        block_columns: blocks.columns,
        block_out: blocks.outs,
        block_in: blocks.ins,
      }),
      ...cut.parameters,
    },
    buffers: {
      source: emit.value(input),
      gradient: emit.gradient(output),
      result: partials ?? result,
      ...(chosen && { chosen: chosen.indices }),
      ...(blocks && { lists: blocks.lists }),
    },
    ...(chosen && {
      touched: { chosen: 4 * chosen.count, result: 16 * length * splits },
    }),
    invocations: cut.tiles * splits * cut.lanes,
    macs: gradient.macs,
    ...(gradient.mask && { mask: gradient.mask }),
  });
  if (!partials) return;
  if (chosen) {
    emit.dispatch({
      label: `${name} weight gradient sum`,
      kind: 'weight-gradient',
      kernel: 'reduce_slots',
      parameters: {
        length,
        slot_vectors: length / chosen.count,
        splits,
        result_at: at,
        accumulate: emit.accumulatesParameters,
        chosen_at: chosen.at,
      },
      buffers: { partials, chosen: chosen.indices, result },
      touched: { chosen: 4 * chosen.count, result: 16 * length },
      invocations: length,
    });
    return;
  }
  emit.dispatch({
    label: `${name} weight gradient sum`,
    kind: 'weight-gradient',
    kernel: 'reduce_partials',
    parameters: { length, splits, result_at: at, accumulate: adds },
    buffers: { partials, result },
    invocations: length,
  });
}

/** Input channels, of all taps together, that an invocation of a weights' gradient adds up for. */
const MOST_SUMS = 9;

/** A layer of few live blocks has too few tiles to keep all cores busy with workgroups of 64. */
const SMALL_WORKGROUP = 16;

/** A kernel of the family, and into how many tiles of how many lanes each it cuts the weights. */
interface GradientCut extends Pick<Emission, 'kernel'> {
  readonly defines: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, number>>;
  readonly tiles: number;
  readonly lanes: number;
}

function cutGradient(
  variant: GradientVariant,
  { channels, inputs, outTiles: outs, inTiles: ins, blocks }: WeightGradientPass,
  { outChannels, inChannels, kernel, block }: KernelUse,
  software: boolean,
): GradientCut {
  const places = blocks?.slots ?? kernel * kernel;
  if (variant.memory === 'registers') {
    const { spread } = variant;
    // Images have so few channels that a row of taps fits where else one tap's do.
    const row = software && spread === 1 && !block && kernel === 3 && 3 * inChannels <= MOST_SUMS;
    return {
      kernel: 'conv_weight_grad',
      defines: {
        OUT: channels,
        WIDE: channels === 8 ? 1 : 0,
        INPUTS: row ? inChannels : inputs,
        TAPS: row ? kernel : 1,
        WORKGROUP: software ? SMALL_WORKGROUP : 64,
        ...(row && { ROW: 1 }),
        ...(spread > 1 && { SPREAD: spread }),
      },
      parameters: {},
      tiles: (outs * ins * places) / (row ? kernel : 1),
      lanes: spread,
    };
  }
  const { lanes, tile, depth } = variant;
  const outTiles = Math.ceil((block?.outs ?? outChannels) / (lanes * tile));
  const inTiles = Math.ceil((block?.ins ?? inChannels) / (lanes * tile));
  return {
    kernel: 'conv_weight_grad_shared',
    defines: {
      LANES_OUT: lanes,
      LANES_IN: lanes,
      OUT: tile,
      WIDE: tile === 8 ? 1 : 0,
      INPUTS: tile,
      DEPTH: depth,
    },
    parameters: { out_tiles: outTiles, in_tiles: inTiles },
    tiles: outTiles * inTiles * places,
    lanes: 64,
  };
}

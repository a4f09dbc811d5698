/**
 * Emits the convolution kernels, for whichever layout of the weights: how the planes fall into tiles and
 * the rows into splits is the same for all of them.
 */
import type { Emission, Emitter } from '../compile/emitter.ts';
import { gradientDestination, type ChosenPlaces } from '../compile/gradient-scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  gradientVariant,
  tileVariant,
  type GradientVariant,
  type KernelUse,
  type TileVariant,
} from '../compile/variants.ts';
import type { Convolution } from '../compile/weight-layout.ts';

/** Reduced channels that a workgroup brings at a time. */
const TILE_DEPTH = 8;
/** Images' channels: for so few one loop over all taps pays on software adapters (the stem takes a third less). */
const FEW_INPUTS = 4;

export interface TileEmission extends Pick<
  Emission,
  'label' | 'buffers' | 'parameters' | 'defines' | 'mask'
> {
  readonly kind: 'forward' | 'input-gradient';
  readonly macs: number;
  /** Output channels of an invocation, by default: a multiple of 4, or 1 and 2 for narrow blocks. */
  readonly channels: number;
  /** Forward the values of these, else their gradients. */
  readonly from: Tensor;
  readonly to: Tensor;
}

/** The sets of pixels that an input gradient of a stride computes each by themselves; else one of all pixels. */
interface Phases {
  /** Of one phase, the largest. */
  readonly width: number;
  readonly height: number;
  /** Pixels between neighbours of one phase. */
  readonly step: number;
  /** Phases that are computed. */
  readonly count: number;
}

/** A kernel of the family, and how it falls over the planes. */
interface Cut extends Pick<Emission, 'kernel' | 'invocations'> {
  readonly defines: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<'tiles_x' | 'tiles_y', number>>;
}

/**
 * Output channels of an invocation that suit a layer or block of so many: 16 × 2 pixels load less for what
 * they multiply than 8 × 4 (10 to 40 % faster on software adapters), where 16 channels are whole.
 */
export function tileChannels(outChannels: number): 16 | 8 {
  return outChannels % 16 === 0 ? 16 : 8;
}

/** One pass over the planes of `from`, writing those of `to`, by the kernel that the run's table names. */
export function emitTile(emit: Emitter, tile: TileEmission): void {
  const { from, to } = tile;
  const forward = tile.kind === 'forward';
  const halves = { source: forward ? emit.half(from) : 0, output: forward ? emit.half(to) : 0 };
  const { accumulate = 0, ...parameters } = tile.parameters;
  const step = parameters['output_step']!;
  const use: KernelUse = {
    pass: tile.kind,
    kernel: parameters['kernel']!,
    stride: step * parameters['source_step']!,
    inChannels: parameters['in_channels']!,
    outChannels: parameters['out_channels']!,
    width: to.width,
    height: to.height,
    batch4: emit.batch4,
    block: blockOf(parameters),
    half: halves.source === 1 || halves.output === 1,
  };
  const variant = tileVariant(emit.variantFor(use), use);
  // A kernel of one reaches the first phase alone, and what holds a sum already need not be written elsewhere.
  const one = accumulate === 1 && use.kernel === 1 && step > 1 && variant.memory === 'registers';
  const phase: Phases = {
    width: Math.ceil(to.width / step),
    height: Math.ceil(to.height / step),
    step,
    count: one ? 1 : step * step,
  };
  const cut = cutTile(variant, tile.channels, use, phase);
  emit.dispatch({
    label: tile.label,
    kind: tile.kind,
    kernel: cut.kernel,
    defines: {
      ...cut.defines,
      ACCUMULATE: accumulate,
      BIAS: 'bias_at' in parameters ? 1 : 0,
      ...(one && { ONE_PHASE: 1 }),
      SOURCE_HALF: halves.source,
      OUTPUT_HALF: halves.output,
      ...(variant.native && { NATIVE_HALF: 1 }),
      ...(emit.store.gpu.adapter.software &&
        use.block === null &&
        use.inChannels <= FEW_INPUTS && { FLAT: 1 }),
      ...(wholeRows(emit, cut, parameters) && { WHOLE: 1 }),
      ...tile.defines,
    },
    parameters: {
      ...parameters,
      source_height: from.height,
      source_width: from.width,
      output_height: to.height,
      output_width: to.width,
      batch4: emit.batch4,
      ...cut.parameters,
    },
    buffers: {
      source: forward ? emit.value(from) : emit.gradient(from),
      output: forward ? emit.value(to) : emit.gradient(to),
      ...tile.buffers,
    },
    ...(one && { touched: { output: (emit.vectors(to) * 16) / (step * step) } }),
    invocations: cut.invocations,
    macs: tile.macs,
    ...(tile.mask && { mask: tile.mask }),
  });
}

/**
 * Whether an invocation's row of weights may be read in one access. So it is on software adapters, for which
 * it pays: sparse layers take a tenth less on SwiftShader, and dense ones no more.
 */
function wholeRows(
  { store }: Emitter,
  { kernel, defines }: Cut,
  { weights_at: at, weights_row: row }: Readonly<Record<string, number>>,
): boolean {
  const { VECTORS: vectors = 0, NARROW: narrow } = defines;
  if (!store.gpu.adapter.software || kernel !== 'conv_tile' || narrow === 1) return false;
  return at! % vectors === 0 && row! % vectors === 0;
}

function cutTile(
  variant: TileVariant,
  usual: number,
  { outChannels, batch4, width }: KernelUse,
  phase: Phases,
): Cut {
  if (variant.memory === 'workgroup') {
    const { groups, positions } = variant;
    const vectors = phase.width * phase.height * batch4;
    const workgroups =
      Math.ceil(vectors / ((64 / groups) * positions)) * Math.ceil(outChannels / (8 * groups));
    return {
      kernel: 'conv_tile_shared',
      defines: { GROUPS: groups, POSITIONS: positions, DEPTH: TILE_DEPTH },
      parameters: { tiles_x: phase.width, tiles_y: phase.height },
      invocations: workgroups * phase.count * 64,
    };
  }
  const channels = variant.channels ?? usual;
  // Some positions share each weight: neighbouring pixels, or the batch where a row is too short.
  const positions = channels === 16 ? 2 : 4;
  const pixels = variant.pixels ?? (width < positions ? 1 : positions);
  const batch =
    variant.pixels !== null
      ? variant.batch
      : pixels === positions
        ? 1
        : [positions, 2, 1].find((size) => batch4 % size === 0)!;
  const tilesX = Math.ceil(phase.width / pixels);
  const tiles = (batch4 / batch) * tilesX * phase.height * phase.count;
  return {
    kernel: 'conv_tile',
    defines: {
      PIXELS: pixels,
      BATCH: batch,
      POSITIONS: pixels * batch,
      OUT: channels,
      VECTORS: Math.ceil(channels / 4),
      PER_VECTOR: Math.min(4, channels),
      NARROW: channels < 4 ? 1 : 0,
      RAGGED:
        outChannels % channels > 0 || phase.width % pixels > 0 || width % phase.step > 0 ? 1 : 0,
      ...(variant.aligned && { ALIGNED: 1 }),
    },
    parameters: { tiles_x: tilesX, tiles_y: phase.height },
    invocations:
      (variant.aligned ? Math.ceil(tiles / 64) * 64 : tiles) * Math.ceil(outChannels / channels),
  };
}

function blockOf(parameters: Readonly<Record<string, number>>): KernelUse['block'] {
  const { block_out: outs, block_in: ins } = parameters;
  return outs === undefined || ins === undefined ? null : { outs, ins };
}

export interface WeightGradientEmission extends Pick<Emission, 'mask'> {
  /** Output channels of an invocation, 8 or 4, and its input channels; by default. */
  readonly channels: number;
  readonly inputs: number;
  /** Tiles of so many channels in all. */
  readonly tiles: number;
  readonly macs: number;
  /** Where the result begins in the gradient arena, and its length, in vec4s. */
  readonly at: number;
  readonly length: number;
  /** The slots of blocks that are computed alone; `tiles` and `length` are theirs. */
  readonly chosen?: ChosenPlaces | null;
  readonly parameters: Readonly<Record<string, number>>;
  readonly defines?: Readonly<Record<string, number>>;
  readonly buffers?: Emission['buffers'];
}

/** `conv_weight_grad`, split over rows of pixels where there are few tiles, and the sum of the splits. */
export function emitWeightGradient(
  emit: Emitter,
  { name, shape, input, output, weight }: Convolution,
  gradient: WeightGradientEmission,
): void {
  const { length, chosen = null } = gradient;
  const elsewhere = gradientDestination(emit, weight.name);
  const at = elsewhere ? 0 : gradient.at;
  const result = elsewhere ?? emit.store.gradients;
  const use: KernelUse = {
    pass: 'weight-gradient',
    kernel: shape.kernel,
    stride: shape.stride,
    inChannels: shape.inChannels,
    outChannels: shape.outChannels,
    width: output.width,
    height: output.height,
    batch4: emit.batch4,
    block: blockOf(gradient.parameters),
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
      ...(chosen && { chosen_at: chosen.at }),
      ...gradient.parameters,
      ...cut.parameters,
    },
    buffers: {
      source: emit.value(input),
      gradient: emit.gradient(output),
      result: partials ?? result,
      ...(chosen && { chosen: chosen.indices }),
      ...gradient.buffers,
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
    parameters: { length, splits, result_at: at, accumulate: emit.accumulatesParameters },
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
  { channels, inputs, tiles, parameters }: WeightGradientEmission,
  { outChannels, inChannels, kernel, block }: KernelUse,
  software: boolean,
): GradientCut {
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
      tiles: row ? tiles / kernel : tiles,
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
    tiles: outTiles * inTiles * (block ? parameters['slots']! : kernel * kernel),
    lanes: 64,
  };
}

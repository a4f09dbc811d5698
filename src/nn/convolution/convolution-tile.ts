/**
 * The convolution kernels of the forward pass and of the input gradient, for whichever layout of the weights: what
 * such a pass needs to know, which kernel does it, and how the planes fall into its tiles. A linear layer over pixels
 * or tokens is the kernel of one.
 */
import type { Virtual } from '../compile/activation-pool.ts';
import type { Emission } from '../compile/emission.ts';
import type { Emitter } from '../compile/emitter.ts';
import { tileVariant, type KernelUse, type TileVariant } from '../compile/variants.ts';
import type { ConvolutionShape } from '../compile/weight-layout.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Reduced channels that a workgroup brings at a time. */
const TILE_DEPTH = 8;
/** Images' channels: for so few one loop over all taps pays on software adapters (the stem takes a third less). */
const FEW_INPUTS = 4;

/** The weights of a pass as it reads them; places are in vec4s, in floats where a block has fewer than 4 outputs. */
export interface TileWeights {
  readonly buffer: Virtual | GPUBuffer;
  /** Where they begin. */
  readonly at: number;
  /** Length of one row, which holds the weights of all output channels (of a block) for one input channel and tap. */
  readonly row: number;
  /** The live blocks; null where all weights are there: [taps][input channels][row]. */
  readonly blocks: TileBlocks | null;
}

/** Live blocks in the order in which a pass walks them, row of blocks after row of blocks. */
export interface TileBlocks {
  readonly lists: GPUBuffer;
  /** In words of the lists: where each row of blocks begins among the entries, and the entries. */
  readonly startsAt: number;
  readonly entriesAt: number;
  /** Channels of a block that are computed and that are summed over. */
  readonly outs: number;
  readonly ins: number;
}

/** One pass over the planes of `from` that writes the planes of `to`. */
export interface TilePass extends Pick<Emission, 'label' | 'mask'> {
  readonly kind: 'forward' | 'input-gradient';
  readonly macs: number;
  /** The layer's sizes: an input gradient computes its input channels. */
  readonly shape: ConvolutionShape;
  /** Forward the values of these, else their gradients. */
  readonly from: Tensor;
  readonly to: Tensor;
  readonly weights: TileWeights;
  /** What the sums begin with: the first vec4 of a bias in the store's parameters; null: 0. */
  readonly biasAt: number | null;
  /** Whether the result adds to what is there. */
  readonly accumulate: 0 | 1;
  /** Output channels of an invocation, by default: a multiple of 4, or 1 and 2 for narrow blocks. */
  readonly channels: number;
}

/**
 * An input gradient of stride s reaches each of the s² parities of pixels by other taps, so each parity is a phase that
 * is computed by itself. Everything else has one phase of all pixels.
 */
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

/** Emits a pass by the kernel that the run's table names. */
export function emitTile(emit: Emitter, tile: TilePass): void {
  const { from, to, shape, weights, accumulate } = tile;
  const { blocks } = weights;
  const forward = tile.kind === 'forward';
  const halves = { source: forward ? emit.half(from) : 0, output: forward ? emit.half(to) : 0 };
  // Pixels between neighbours of one phase of the output, and the pixels of the source that belong to them.
  const step = forward ? 1 : shape.stride;
  const sourceStep = forward ? shape.stride : 1;
  const use: KernelUse = {
    pass: tile.kind,
    kernel: shape.kernel,
    stride: shape.stride,
    inChannels: forward ? shape.inChannels : shape.outChannels,
    outChannels: forward ? shape.outChannels : shape.inChannels,
    width: to.width,
    height: to.height,
    batch4: emit.batch4,
    block: blocks && { outs: blocks.outs, ins: blocks.ins },
    half: halves.source === 1 || halves.output === 1,
  };
  const variant = tileVariant(emit.variantFor(use), use);
  // The gradient of a strided 1×1 kernel is 0 at all pixels but those of the first phase. Where it is added to what
  // is there, the other pixels need no writing.
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
      BIAS: tile.biasAt === null ? 0 : 1,
      ...(one && { ONE_PHASE: 1 }),
      SOURCE_HALF: halves.source,
      OUTPUT_HALF: halves.output,
      ...(variant.native && { NATIVE_HALF: 1 }),
      ...(emit.store.gpu.adapter.software &&
        use.block === null &&
        use.inChannels <= FEW_INPUTS && { FLAT: 1 }),
      ...(wholeRows(emit, cut, weights) && { WHOLE: 1 }),
      ...(blocks && { BLOCKS: 1 }),
    },
    parameters: {
      out_channels: use.outChannels,
      in_channels: use.inChannels,
      weights_at: weights.at,
      weights_row: weights.row,
      ...(tile.biasAt !== null && { bias_at: tile.biasAt }),
      kernel: shape.kernel,
      pad: shape.pad,
      direction: forward ? 1 : -1,
      output_step: step,
      source_step: sourceStep,
      source_height: from.height,
      source_width: from.width,
      output_height: to.height,
      output_width: to.width,
      batch4: emit.batch4,
      ...(blocks && {
        starts_at: blocks.startsAt,
        entries_at: blocks.entriesAt,
        block_out: blocks.outs,
        block_in: blocks.ins,
      }),
      ...cut.parameters,
    },
    buffers: {
      source: forward ? emit.value(from) : emit.gradient(from),
      output: forward ? emit.value(to) : emit.gradient(to),
      weights: weights.buffer,
      ...(blocks && { lists: blocks.lists }),
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
  { at, row }: TileWeights,
): boolean {
  const { VECTORS: vectors = 0, NARROW: narrow } = defines;
  if (!store.gpu.adapter.software || kernel !== 'conv_tile' || narrow === 1) return false;
  return at % vectors === 0 && row % vectors === 0;
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

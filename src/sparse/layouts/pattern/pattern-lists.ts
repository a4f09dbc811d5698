/**
 * The lists of a pattern-sparse layer. A kernel (output channel o, input channel i) is a block of one
 * channel by one in a grid of one tap, so the lists of `block-lists.ts` say which
 * kernels live and in which slots, and their builder serves here too. Behind them stands one word for each slot:
 * the pattern of its kernel, as a bit for each tap.
 */
import type { ConvolutionShape } from '../../../nn/compile/weight-layout.ts';
import type { BlockGrid } from '../block/block-grid.ts';
import {
  buildLists,
  listOffsets,
  NONE,
  reassignSlots,
  type ListOffsets,
} from '../block/block-lists.ts';
import { KERNEL_TAPS, PATTERNS, PATTERN_TAPS, TAPS } from './kernel-patterns.ts';

/**
 * Kernels that live at a sparsity of the layer's weights: max(1, round((1 − s)·Co·Ci·9/4)). Throws
 * `RangeError` below 5/9, which patterns alone make.
 */
export function liveKernels(
  sparsity: number,
  { outChannels, inChannels }: ConvolutionShape,
): number {
  const kernels = outChannels * inChannels;
  const share = ((1 - sparsity) * KERNEL_TAPS) / PATTERN_TAPS;
  // 5/9 has no exact float.
  if (!(share <= 1 + 1e-9)) {
    throw new RangeError(
      `patterns of 4 of 9 taps leave a sparsity of 5/9 at least, not ${sparsity}`,
    );
  }
  return Math.min(kernels, Math.max(1, Math.round(share * kernels)));
}

/** The grid of a 3×3 layer's kernels, with room for `capacity` of them. */
export function patternGrid(shape: ConvolutionShape, capacity: number): BlockGrid {
  const { outChannels, inChannels, kernel } = shape;
  if (kernel !== 3) throw new RangeError(`patterns are of 3×3 kernels, not ${kernel}×${kernel}`);
  const blocks = outChannels * inChannels;
  return {
    rows: 1,
    columns: 1,
    outChannels,
    inChannels,
    taps: 1,
    blockRows: outChannels,
    blockColumns: inChannels,
    blocks,
    capacity,
  };
}

export interface PatternOffsets extends ListOffsets {
  /** [capacity] the pattern of each slot's kernel; 0 where there is none. */
  readonly patternOfSlot: number;
}

export function patternOffsets(grid: BlockGrid): PatternOffsets {
  const at = listOffsets(grid);
  return { ...at, patternOfSlot: at.words, words: at.words + grid.capacity };
}

/**
 * All lists of a layer from the kernel o · Ci + i of each slot, or NONE, and the pattern of each. Throws on a
 * kernel that has two slots and on a pattern that is none.
 */
export function buildPatternLists(
  grid: BlockGrid,
  kernelOfSlot: ArrayLike<number>,
  patternOfSlot: ArrayLike<number>,
): Uint32Array<ArrayBuffer> {
  const at = patternOffsets(grid);
  const words = new Uint32Array(at.words);
  words.set(buildLists(grid, kernelOfSlot));
  for (let slot = 0; slot < grid.capacity; slot++) {
    if (words[at.blockOfSlot + slot] === NONE) continue;
    const pattern = patternOfSlot[slot] ?? 0;
    if (!PATTERNS.includes(pattern)) throw new Error(`slot ${slot}: ${pattern} is no pattern`);
    words[at.patternOfSlot + slot] = pattern;
  }
  return words;
}

/**
 * Calls `visit` for every live weight with its place in PyTorch's order and in the storage. Throws where lists are
 * missing.
 */
export function eachStored(
  grid: BlockGrid,
  lists: Uint32Array | undefined,
  visit: (canonical: number, at: number) => void,
): void {
  if (!lists) throw new Error('pattern-sparse weights need their lists');
  const { blockOfSlot, patternOfSlot } = patternOffsets(grid);
  for (let slot = 0; slot < grid.capacity; slot++) {
    const kernel = lists[blockOfSlot + slot]!;
    if (kernel === NONE) continue;
    const taps = TAPS.get(lists[patternOfSlot + slot]!)!;
    for (let k = 0; k < PATTERN_TAPS; k++) {
      visit(kernel * KERNEL_TAPS + taps[k]!, slot * PATTERN_TAPS + k);
    }
  }
}

/** [kernels] the pattern of each kernel that lives; 0: it is dead. */
export function patternsOf(grid: BlockGrid, lists: Uint32Array): Uint32Array<ArrayBuffer> {
  const { blockOfSlot, patternOfSlot } = patternOffsets(grid);
  const patterns = new Uint32Array(grid.blocks);
  for (let slot = 0; slot < grid.capacity; slot++) {
    const kernel = lists[blockOfSlot + slot]!;
    if (kernel !== NONE) patterns[kernel] = lists[patternOfSlot + slot]!;
  }
  return patterns;
}

/** The lists with the kernels that have a pattern: those that stay keep their slots, others take free ones in order. */
export function relistPatterns(
  grid: BlockGrid,
  lists: Uint32Array,
  patterns: Uint32Array,
): Uint32Array<ArrayBuffer> {
  const { blockOfSlot } = patternOffsets(grid);
  const before = lists.subarray(blockOfSlot, blockOfSlot + grid.capacity);
  const slots = reassignSlots(grid, before, (kernel) => patterns[kernel] !== 0);
  return buildPatternLists(
    grid,
    slots,
    slots.map((kernel) => patterns[kernel] ?? 0),
  );
}

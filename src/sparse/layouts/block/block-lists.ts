/**
 * The lists by which kernels find live blocks, as 32-bit words in the network's index arena. This file is
 * their format and builds them.
 *
 * A live block has a slot of the storage. Dropping one frees its slot, growing one takes the first free
 * slot, and nothing moves. From the slots follow two lists: by block row, in the order of block indices,
 * for the forward pass, and by block column, in the order (column, row, tap), for the input gradient.
 */
import { blockAt, type BlockGrid } from './block-grid.ts';

/** A block without a slot, and a slot without a block. */
export const NONE = 0xffffffff;

/** Where each list begins, in words from the layer's own start; every one is even. */
export interface ListOffsets {
  /** [capacity] the block of each slot, or NONE. */
  readonly blockOfSlot: number;
  /** [blocks] the slot of each block, or NONE. */
  readonly slotOfBlock: number;
  /** [blockRows + 1] where each block row begins in `rowEntries`; the last is the count of live blocks. */
  readonly rowStart: number;
  /** [capacity] pairs (tap + 16 · first input channel, slot); what lies behind the last live one is 0. */
  readonly rowEntries: number;
  /** [blockColumns + 1] where each block column begins in `columnEntries`. */
  readonly columnStart: number;
  /** [capacity] pairs (tap + 16 · first output channel, slot). */
  readonly columnEntries: number;
  /** Words in all. */
  readonly words: number;
}

export function listOffsets({ blocks, blockRows, blockColumns, capacity }: BlockGrid): ListOffsets {
  let words = 0;
  const take = (length: number): number => {
    const at = words;
    words += Math.ceil(length / 2) * 2;
    return at;
  };
  const blockOfSlot = take(capacity);
  const slotOfBlock = take(blocks);
  const rowStart = take(blockRows + 1);
  const rowEntries = take(2 * capacity);
  const columnStart = take(blockColumns + 1);
  const columnEntries = take(2 * capacity);
  return { blockOfSlot, slotOfBlock, rowStart, rowEntries, columnStart, columnEntries, words };
}

/** All lists of a layer from the block of each slot. Throws on a block that has two slots. */
export function buildLists(
  grid: BlockGrid,
  blockOfSlot: ArrayLike<number>,
): Uint32Array<ArrayBuffer> {
  const at = listOffsets(grid);
  const words = new Uint32Array(at.words);
  const slotOfBlock = words.subarray(at.slotOfBlock, at.slotOfBlock + grid.blocks).fill(NONE);
  for (let slot = 0; slot < grid.capacity; slot++) {
    const block = blockOfSlot[slot] ?? NONE;
    words[at.blockOfSlot + slot] = block;
    if (block === NONE) continue;
    if (block >= grid.blocks || slotOfBlock[block] !== NONE) {
      throw new Error(`slot ${slot}: block ${block} is out of range or has a slot already`);
    }
    slotOfBlock[block] = slot;
  }
  let entry = 0;
  for (let r = 0; r < grid.blockRows; r++) {
    words[at.rowStart + r] = entry;
    for (let tap = 0; tap < grid.taps; tap++) {
      for (let c = 0; c < grid.blockColumns; c++) {
        const slot = slotOfBlock[(r * grid.taps + tap) * grid.blockColumns + c]!;
        if (slot === NONE) continue;
        words[at.rowEntries + 2 * entry] = tap + 16 * c * grid.columns;
        words[at.rowEntries + 2 * entry + 1] = slot;
        entry++;
      }
    }
  }
  words[at.rowStart + grid.blockRows] = entry;
  entry = 0;
  for (let c = 0; c < grid.blockColumns; c++) {
    words[at.columnStart + c] = entry;
    for (let row = 0; row < grid.blockRows * grid.taps; row++) {
      const slot = slotOfBlock[row * grid.blockColumns + c]!;
      if (slot === NONE) continue;
      const { r, tap } = blockAt(grid, row * grid.blockColumns + c);
      words[at.columnEntries + 2 * entry] = tap + 16 * r * grid.rows;
      words[at.columnEntries + 2 * entry + 1] = slot;
      entry++;
    }
  }
  words[at.columnStart + grid.blockColumns] = entry;
  return words;
}

/**
 * The slots after a change of mask: blocks that stay keep theirs, dropped ones free theirs, grown ones take
 * the free slots, both in ascending order. Throws `RangeError` when more blocks are wanted than fit.
 */
export function reassignSlots(
  grid: BlockGrid,
  blockOfSlot: ArrayLike<number>,
  wanted: (block: number) => boolean,
): Uint32Array<ArrayBuffer> {
  const slots = Uint32Array.from({ length: grid.capacity }, (_, slot) => blockOfSlot[slot] ?? NONE);
  const kept = new Set<number>();
  slots.forEach((block, slot) => {
    if (block !== NONE && wanted(block)) kept.add(block);
    else slots[slot] = NONE;
  });
  let slot = 0;
  for (let block = 0; block < grid.blocks; block++) {
    if (!wanted(block) || kept.has(block)) continue;
    while (slot < grid.capacity && slots[slot] !== NONE) slot++;
    if (slot === grid.capacity) {
      throw new RangeError(
        `more blocks are wanted than the ${grid.capacity} that there is room for`,
      );
    }
    slots[slot] = block;
  }
  return slots;
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
  if (!lists) throw new Error('block-sparse weights need their lists');
  const { rows, columns, taps, outChannels, inChannels } = grid;
  const { blockOfSlot } = listOffsets(grid);
  for (let slot = 0; slot < grid.capacity; slot++) {
    const block = lists[blockOfSlot + slot]!;
    if (block === NONE) continue;
    const { r, tap, c } = blockAt(grid, block);
    for (let i = 0; i < columns && c * columns + i < inChannels; i++) {
      for (let o = 0; o < rows && r * rows + o < outChannels; o++) {
        const canonical = ((r * rows + o) * inChannels + c * columns + i) * taps + tap;
        visit(canonical, (slot * columns + i) * rows + o);
      }
    }
  }
}

/** [blocks] 1 for each block that lives. */
export function liveBlocks(grid: BlockGrid, lists: Uint32Array): Uint8Array<ArrayBuffer> {
  const { slotOfBlock } = listOffsets(grid);
  return Uint8Array.from(lists.subarray(slotOfBlock, slotOfBlock + grid.blocks), (slot) =>
    slot === NONE ? 0 : 1,
  );
}

/** The lists after a change of mask: slots as `reassignSlots` gives them to the blocks that are to live. */
export function relist(
  grid: BlockGrid,
  lists: Uint32Array,
  live: Uint8Array,
): Uint32Array<ArrayBuffer> {
  const { blockOfSlot } = listOffsets(grid);
  const slots = lists.subarray(blockOfSlot, blockOfSlot + grid.capacity);
  return buildLists(
    grid,
    reassignSlots(grid, slots, (block) => live[block] === 1),
  );
}

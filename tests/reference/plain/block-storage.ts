/**
 * The plain reference of how block-sparse weights are stored, entry by entry: block (r, tap, c) holds the
 * weights from output channel r · rows and input channel c · columns on at one tap, and a slot holds a block
 * as [columns][rows].
 */
import type { BlockGrid } from '../../../src/sparse/layouts/block/block-grid.ts';
import { NONE } from '../../../src/sparse/layouts/block/block-lists.ts';

/** One place of the storage and the weight that belongs there. */
export interface StoredEntry {
  /** Float of the storage. */
  readonly at: number;
  readonly slot: number;
  readonly block: number;
  /** Index of the weight in [Co, Ci, kh, kw]; null where the slot is free or the channel does not exist. */
  readonly weight: number | null;
}

/** Every place of the storage, ascending. */
export function* storedEntries(
  { rows, columns, taps, blockColumns, capacity, outChannels, inChannels }: BlockGrid,
  blockOfSlot: ArrayLike<number>,
): Generator<StoredEntry> {
  let at = 0;
  for (let slot = 0; slot < capacity; slot++) {
    const block = blockOfSlot[slot]!;
    const tap = Math.floor(block / blockColumns) % taps;
    const firstOut = Math.floor(block / (blockColumns * taps)) * rows;
    const firstIn = (block % blockColumns) * columns;
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rows; row++) {
        const [o, i] = [firstOut + row, firstIn + column];
        const real = block !== NONE && o < outChannels && i < inChannels;
        yield { at: at++, slot, block, weight: real ? (o * inChannels + i) * taps + tap : null };
      }
    }
  }
}

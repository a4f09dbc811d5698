/**
 * Which entry of a weight each float of its storage holds, kept by hand through changes of a mask: what the papers call
 * a mask, and the rules by which this lab gives out slots, without any index list. An entry is a place in PyTorch's
 * order; null: the float holds none.
 */
import { NONE } from '../../../src/sparse/layouts/block/block-lists.ts';
import type { BlockGrid } from '../../../src/sparse/layouts/block/block-grid.ts';
import { storedEntries } from './block-storage.ts';

export type Held = readonly (number | null)[];

/** The units of one layer and where its parameters hold them. */
export interface PlainStorage {
  readonly live: ReadonlySet<number>;
  /** Drops, then grows; both ascending. */
  change(dropped: readonly number[], grown: readonly number[]): void;
  /** By the name of each parameter that a change touches. */
  held(): ReadonlyMap<string, Held>;
  unitOf(parameter: string, entry: number): number;
}

/** Units in slots: who stays keeps its slot, who comes takes the first that is free. */
export class PlainSlots {
  readonly slots: (number | null)[];

  constructor(blockOfSlot: ArrayLike<number>) {
    this.slots = Array.from(blockOfSlot, (unit) => (unit === NONE ? null : unit));
  }

  get live(): ReadonlySet<number> {
    return new Set(this.slots.filter((unit) => unit !== null));
  }

  change(dropped: readonly number[], grown: readonly number[]): void {
    for (const unit of dropped) this.slots[this.slots.indexOf(unit)] = null;
    for (const unit of grown) this.slots[this.slots.indexOf(null)] = unit;
  }

  get blockOfSlot(): number[] {
    return this.slots.map((unit) => unit ?? NONE);
  }
}

/** Live blocks in the order of one of the lists: what a kernel walks, as (row, tap, column, slot). */
export function walked(
  { taps, blockColumns }: Pick<BlockGrid, 'taps' | 'blockColumns'>,
  slots: readonly (number | null)[],
  by: 'row' | 'column',
): { r: number; tap: number; c: number; slot: number }[] {
  const found = slots.flatMap((block, slot) => {
    if (block === null) return [];
    const c = block % blockColumns;
    const line = Math.floor(block / blockColumns);
    return [{ r: Math.floor(line / taps), tap: line % taps, c, slot }];
  });
  return found.sort((a, b) =>
    by === 'row'
      ? a.r - b.r || a.tap - b.tap || a.c - b.c
      : a.c - b.c || a.r - b.r || a.tap - b.tap,
  );
}

/** Floats of blocks, slot after slot; the storage ends at a multiple of 32. */
export function heldByBlocks(grid: BlockGrid, blockOfSlot: readonly number[]): Held {
  return padded(
    [...storedEntries(grid, blockOfSlot)].map(({ weight }) => weight),
    32,
  );
}

/** Floats of kernels with patterns, four a slot; `tapsOf` gives the taps of a slot's kernel, ascending. */
export function heldByPatterns(
  slots: readonly (number | null)[],
  tapsOf: (slot: number) => readonly number[],
): Held {
  const held = slots.flatMap((kernel, slot) =>
    kernel === null ? [null, null, null, null] : tapsOf(slot).map((tap) => kernel * 9 + tap),
  );
  return padded(held, 32);
}

/** Floats of the dense order [tap][in][out, padded to 4], by the channels that exist on both sides. */
export function heldDensely(
  rows: readonly number[],
  columns: readonly number[],
  taps: number,
  width: number,
): Held {
  const held: (number | null)[] = [];
  for (let tap = 0; tap < taps; tap++) {
    for (const i of columns) {
      for (let o = 0; o < Math.ceil(rows.length / 4) * 4; o++) {
        const row = rows[o];
        held.push(row === undefined ? null : (row * width + i) * taps + tap);
      }
    }
  }
  return held;
}

export function padded(held: Held, to: number): Held {
  const length = Math.ceil(held.length / to) * to;
  return Array.from({ length }, (_, i) => held[i] ?? null);
}

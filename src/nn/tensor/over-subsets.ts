/**
 * Parameters of layers some of whose channels do not exist: stored for the live channels alone, under the names, shapes
 * and initial values of the whole layer.
 */
import type { ChannelSubset } from './channel-subset.ts';
import { liveBits, type IndexLists, type Parameter } from './parameter.ts';

/**
 * The parameter of a narrow layer, with the shape of the whole layer. `rows` are the live channels along its first
 * dimension, `columns` those along its second; null: all. Entries of channels that do not exist read as 0.
 */
export function overSubsets(
  narrow: Parameter,
  rows: ChannelSubset | null,
  columns: ChannelSubset | null = null,
): Parameter {
  if (!rows && !columns) return narrow;
  const ownWords = narrow.lists?.words ?? 0;
  const rowsAt = ownWords;
  const columnsAt = rowsAt + (rows?.live ?? 0);
  const words = columnsAt + (columns?.live ?? 0);
  const [height = 1, width = 1, ...rest] = narrow.shape;
  const wholeWidth = columns?.of ?? width;
  const inner = rest.reduce((product, extent) => product * extent, 1);
  const own = (lists: Uint32Array) => (narrow.lists ? lists.subarray(0, ownWords) : undefined);

  /** Calls `visit` with the place of every entry in the whole tensor and in the narrow one. */
  const each = (lists: Uint32Array, visit: (whole: number, at: number) => void): void => {
    for (let r = 0; r < height; r++) {
      const row = rows ? lists[rowsAt + r]! : r;
      for (let c = 0; c < width; c++) {
        const column = columns ? lists[columnsAt + c]! : c;
        for (let k = 0; k < inner; k++) {
          visit((row * wholeWidth + column) * inner + k, (r * width + c) * inner + k);
        }
      }
    }
  };
  const given = (lists: Uint32Array | undefined): Uint32Array => {
    if (!lists) throw new Error(`${narrow.name} needs the lists of its live channels`);
    return lists;
  };

  const lists: IndexLists = {
    words,
    initial: (seed) => {
      const made = new Uint32Array(words);
      if (narrow.lists) made.set(narrow.lists.initial(seed));
      if (rows) made.set(rows.initial(seed), rowsAt);
      if (columns) made.set(columns.initial(seed), columnsAt);
      return made;
    },
    live: (present) =>
      narrow.lists
        ? narrow.lists.live(own(present)!)
        : liveBits(narrow.pack(new Float32Array(height * width * inner).fill(1))),
  };
  return {
    ...narrow,
    shape: [rows?.of ?? height, ...narrow.shape.slice(1, 2).map(() => wholeWidth), ...rest],
    lists,
    subsets: [
      ...(rows ? [{ subset: rows, at: rowsAt, along: 'rows' } as const] : []),
      ...(columns ? [{ subset: columns, at: columnsAt, along: 'columns' } as const] : []),
    ],
    pack: (values, present) => {
      const picked = new Float32Array(height * width * inner);
      each(given(present), (whole, at) => {
        picked[at] = values[whole]!;
      });
      return narrow.pack(picked, own(given(present)));
    },
    unpack: (stored, present) => {
      const values = new Float32Array((rows?.of ?? height) * wholeWidth * inner);
      const picked = narrow.unpack(stored, own(given(present)));
      each(given(present), (whole, at) => {
        values[whole] = picked[at]!;
      });
      return values;
    },
  };
}

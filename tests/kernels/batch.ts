/**
 * Batches as the kernels want them: groups padded to whole vectors, the batch innermost, one record a row.
 * Tests hold values as PyTorch does, [N][C][H][W] with live rows alone, and turn them here.
 */
import { ROW_FIELDS, ROW_SOURCE } from '../../src/continual/batch/batch-plan.ts';
import { CLASS_SET, type ClassSet } from '../../src/continual/stream/class-sets.ts';

export interface Group {
  readonly capacity: number;
  readonly live: number;
}

/** One group of live rows. */
export const one = (rows: number): readonly Group[] => [{ capacity: rows, live: rows }];

export interface Layout {
  /** Where live row i of the batch lies. */
  readonly rows: readonly number[];
  readonly ranges: readonly { readonly start: number; readonly padded: number }[];
  /** Rows in all. */
  readonly total: number;
}

/** Rows of each group padded to 4. */
export function layout(groups: readonly Group[]): Layout {
  const rows: number[] = [];
  const ranges: { start: number; padded: number }[] = [];
  let start = 0;
  for (const { capacity, live } of groups) {
    const padded = Math.ceil(capacity / 4) * 4;
    ranges.push({ start, padded });
    for (let i = 0; i < live; i++) rows.push(start + i);
    start += padded;
  }
  return { rows, ranges, total: start };
}

/** [n][area] to [area][N] with row i at `rows[i]` and `filler` elsewhere. */
export function toBatchInnermost(
  values: ArrayLike<number>,
  area: number,
  { rows, total }: Pick<Layout, 'rows' | 'total'>,
  filler = 0,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(area * total).fill(filler);
  rows.forEach((row, i) => {
    for (let e = 0; e < area; e++) out[e * total + row] = values[i * area + e]!;
  });
  return out;
}

/** The inverse, for the rows named. */
export function fromBatchInnermost(
  values: Float32Array,
  area: number,
  { rows, total }: Pick<Layout, 'rows' | 'total'>,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows.length * area);
  rows.forEach((row, i) => {
    for (let e = 0; e < area; e++) out[i * area + e] = values[e * total + row]!;
  });
  return out;
}

/** What one row is and pays; what is left out costs nothing and refers to nothing. */
export interface RowRecord {
  readonly source: Exclude<keyof typeof ROW_SOURCE, 'none'>;
  readonly index?: number;
  readonly label?: number;
  readonly crossEntropy?: number;
  readonly mse?: number;
  readonly kl?: number;
  readonly temperature?: number;
  readonly binary?: number;
  readonly distance?: number;
  readonly classes?: ClassSet;
  readonly held?: ClassSet;
  readonly logitSlot?: number;
  readonly storeSlot?: number;
}

/**
 * The records of a batch, one plane a field; null is a padded row. `batchSet`, the bitmap of that set of classes,
 * lies behind them where some row refers to it.
 */
export function rowRecords(
  rows: readonly (RowRecord | null)[],
  batchSet: Uint32Array = new Uint32Array(),
): Uint32Array<ArrayBuffer> {
  const planes = ROW_FIELDS.length * rows.length;
  const records = new Uint32Array(planes + batchSet.length);
  records.set(batchSet, planes);
  const floats = new Float32Array(records.buffer);
  rows.forEach((record, row) => {
    const at = (field: (typeof ROW_FIELDS)[number]) =>
      ROW_FIELDS.indexOf(field) * rows.length + row;
    records[at('source')] = ROW_SOURCE[record?.source ?? 'none'];
    records[at('index')] = record?.index ?? 0;
    records[at('label')] = record?.label ?? 0;
    floats[at('crossEntropy')] = record?.crossEntropy ?? 0;
    floats[at('mse')] = record?.mse ?? 0;
    floats[at('kl')] = record?.kl ?? 0;
    floats[at('temperature')] = record?.temperature ?? 1;
    floats[at('binary')] = record?.binary ?? 0;
    floats[at('distance')] = record?.distance ?? 0;
    records[at('classSet')] = CLASS_SET[record?.classes ?? 'all'];
    records[at('heldSet')] = CLASS_SET[record?.held ?? 'all'];
    records[at('logitSlot')] = record?.logitSlot ?? -1;
    records[at('storeSlot')] = record?.storeSlot ?? -1;
  });
  return records;
}

/** The records of live rows, laid out with their padding. */
export function placeRows(
  { rows, total }: Pick<Layout, 'rows' | 'total'>,
  records: readonly RowRecord[],
  batchSet?: Uint32Array,
): Uint32Array<ArrayBuffer> {
  const placed: (RowRecord | null)[] = Array.from({ length: total }, () => null);
  rows.forEach((row, i) => {
    placed[row] = records[i]!;
  });
  return rowRecords(placed, batchSet);
}

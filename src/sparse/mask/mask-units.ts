/**
 * What comes and goes together in a layer: a block, a single weight, a kernel with its pattern, a filter with
 * all that reads it. Each layout says so in its folder (its `units.ts`): pure functions of the index lists, which
 * say what lists mean and how they change. A decision about a mask sees numbered units with scores.
 */
import type { Parameter } from '../../nn/tensor/parameter.ts';

/** Index lists, or numbers in PyTorch's order, by the name of a parameter. */
export type ListsOf = (name: string) => Uint32Array;
export type ValuesOf = (name: string) => Float32Array;

/**
 * Where a unit that may take several forms (a kernel its pattern) gets its own: drawn by a key, or the one that
 * keeps most of these magnitudes.
 */
export type FormSource =
  { readonly key: string; readonly seed: number } | { readonly magnitudes: ValuesOf };

/** Floats of a parameter's storage, from its own start. */
export interface FloatRange {
  readonly at: number;
  readonly length: number;
}

/** A parameter after a change of mask. */
export interface ParameterChange {
  readonly parameter: Parameter;
  readonly lists: Uint32Array<ArrayBuffer>;
  /** Floats of its storage that hold another entry than before, or none: all that is kept there becomes 0. */
  readonly zeroed: readonly FloatRange[];
  /** What these begin with, in the order of the storage and 0 everywhere else; null: 0. */
  readonly fresh: Float32Array<ArrayBuffer> | null;
}

/**
 * How the units of a layer lie, for a picture: the unit at (tap, row, column) has number
 * tap · strides[0] + row · strides[1] + column · strides[2].
 */
export interface UnitGrid {
  readonly kind: 'block' | 'filter' | 'kernel' | 'weight';
  readonly taps: number;
  /** Along the output channels, and along the input channels. */
  readonly rows: number;
  readonly columns: number;
  readonly strides: readonly [tap: number, row: number, column: number];
  /** Output × input channels of a unit (fewer at ragged edges). */
  readonly extent: readonly [rows: number, columns: number];
}

/** The units of one layer. */
export interface MaskUnits {
  /** The layer's name; random draws are keyed by it. */
  readonly name: string;
  readonly count: number;
  readonly grid: UnitGrid;
  /**
   * Units of how many groups are to be kept in balance where units go, and which group is a unit's. One group:
   * there is nothing to balance.
   */
  readonly groups: number;
  groupOf(unit: number): number;
  /** Matrices whose magnitudes make the scores. */
  readonly weights: readonly Parameter[];
  /** Everything whose lists a change of these units changes. */
  readonly parameters: readonly Parameter[];
  /** Units that live where so large a share of the weights does: at least one. */
  unitsAt(density: number): number;
  /** [count] 1 where a unit lives. */
  live(lists: ListsOf): Uint8Array<ArrayBuffer>;
  /**
   * [count] mean magnitude over the weights of each unit, as it lives by `lists`; of a dead unit, and of all where
   * `lists` is null, over the weights that these magnitudes would give it.
   */
  scores(magnitudes: ValuesOf, lists: ListsOf | null): Float32Array<ArrayBuffer>;
  /** The lists with exactly these units live, in order from the first slot on; `lists` are the present ones. */
  start(
    units: Uint32Array,
    forms: FormSource,
    lists: ListsOf,
  ): ReadonlyMap<string, Uint32Array<ArrayBuffer>>;
  /**
   * The parameters after `dropped` have gone and then `grown` have come, both ascending; one may be in both.
   * Units that stay keep their slots, and those that come take free ones in order. Throws `RangeError` where
   * more come than there is room for.
   */
  change(
    lists: ListsOf,
    dropped: Uint32Array,
    grown: Uint32Array,
    forms: FormSource,
    seed: number,
  ): readonly ParameterChange[];
}

/** Means of `magnitudes` over the entries of each of `count` units; NaNs count as 0, being of no use. */
export function meanByUnit(
  count: number,
  magnitudes: Float32Array,
  unitOf: (entry: number) => number,
): Float32Array<ArrayBuffer> {
  const sums = new Float64Array(count);
  const entries = new Uint32Array(count);
  for (let entry = 0; entry < magnitudes.length; entry++) {
    const unit = unitOf(entry);
    sums[unit]! += magnitudes[entry]! || 0;
    entries[unit]!++;
  }
  const means = new Float32Array(count);
  for (let unit = 0; unit < count; unit++) means[unit] = sums[unit]! / Math.max(1, entries[unit]!);
  return means;
}

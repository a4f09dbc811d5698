/**
 * Which combinations of shapes and options a kernel test tries. Most faults need one or two options to
 * meet (Kuhn, Wallace and Gallo, *Software fault interactions and implications for software testing*,
 * IEEE TSE 30(6), 2004), so the default scope covers every pair of values rather than every combination.
 */
import { scope, type Scope } from './scope.ts';

export type Axes = Readonly<Record<string, readonly unknown[]>>;

/** One combination: a value of each axis. */
export type Case<A extends Axes> = { readonly [K in keyof A]: A[K][number] };

/**
 * Combinations of the axes' values, the same ones in the same order each time. `smoke`: the first values
 * of all axes, and the last values of all. `default`: few cases in which every pair of values of two axes
 * meets. `long`: all combinations. Put the plainest value first and the most awkward last. Throws if an
 * axis has no value.
 */
export function cases<const A extends Axes>(axes: A, size: Scope = scope): Case<A>[] {
  const names = Object.keys(axes);
  const lengths = names.map((name) => axes[name]!.length);
  const empty = lengths.indexOf(0);
  if (empty >= 0) throw new RangeError(`axis ${names[empty]!} has no value`);
  const rows =
    size === 'smoke' ? ends(lengths) : size === 'long' ? all(lengths) : pairwise(lengths);
  return rows.map(
    (row) => Object.fromEntries(names.map((name, i) => [name, axes[name]![row[i]!]])) as Case<A>,
  );
}

/** A row holds the index of a value for each axis. */
type Row = readonly number[];

function ends(lengths: readonly number[]): Row[] {
  const first = lengths.map(() => 0);
  const last = lengths.map((length) => length - 1);
  return last.every((index) => index === 0) ? [first] : [first, last];
}

function all(lengths: readonly number[]): Row[] {
  return lengths.reduce<Row[]>(
    (rows, length) => rows.flatMap((row) => Array.from({ length }, (_, i) => [...row, i])),
    [[]],
  );
}

/**
 * Greedy cover: each row starts from the first pair that has not met yet and takes, axis by axis, the
 * value that makes most new pairs meet with those already in the row.
 */
function pairwise(lengths: readonly number[]): Row[] {
  if (lengths.length < 2) return all(lengths);
  const open = new Set<string>();
  const key = (i: number, a: number, j: number, b: number): string =>
    i < j ? `${i},${a},${j},${b}` : `${j},${b},${i},${a}`;
  lengths.forEach((length, i) => {
    for (let j = i + 1; j < lengths.length; j++) {
      for (let a = 0; a < length; a++) {
        for (let b = 0; b < lengths[j]!; b++) open.add(key(i, a, j, b));
      }
    }
  });

  const rows: Row[] = [];
  for (const pair of open) {
    const [i, a, j, b] = pair.split(',').map(Number) as [number, number, number, number];
    const row = new Map([
      [i, a],
      [j, b],
    ]);
    lengths.forEach((length, axis) => {
      if (row.has(axis)) return;
      const gain = (value: number): number =>
        [...row].filter(([other, held]) => open.has(key(axis, value, other, held))).length;
      const gains = Array.from({ length }, (_, value) => gain(value));
      row.set(axis, gains.indexOf(Math.max(...gains)));
    });
    for (const [x, u] of row) for (const [y, v] of row) if (x < y) open.delete(key(x, u, y, v));
    rows.push(lengths.map((_, axis) => row.get(axis)!));
  }
  return rows;
}

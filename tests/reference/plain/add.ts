/**
 * The plain reference of elementwise addition in float64. Its backward hands dy to both sides, so it
 * needs no function; where a value is used twice, `add` sums the gradients of both uses.
 */

/** a + b, two tensors of one shape. Throws if their sizes differ. */
export function add(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  if (a.length !== b.length) {
    throw new RangeError(`cannot add ${a.length} and ${b.length} values`);
  }
  return Float64Array.from(a, (value, i) => value + b[i]!);
}

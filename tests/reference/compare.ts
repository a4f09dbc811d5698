/** How far a tensor is from a reference: the one measure that all parity tests use. */

/**
 * max|a − b| / max|b|, the error of `actual` relative to the largest entry of `expected`; NaN or ∞ if
 * either holds such. Where `expected` is all zero, 0 if `actual` is too, else ∞. Throws if sizes differ.
 */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    throw new RangeError(`${actual.length} values, not the expected ${expected.length}`);
  }
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return worst === 0 && largest === 0 ? 0 : worst / largest;
}

/**
 * The plain reference of top-k by magnitude: sorts all magnitudes, reads the threshold off, and takes what is
 * above it and then the first ones at it. NaNs are the largest and equal among themselves, −0 equals 0.
 */

/** Indices of the `count` largest |values|, ascending; of equals the first. */
export function topK(values: Float32Array, count: number): Uint32Array<ArrayBuffer> {
  if (count < 0 || count > values.length) {
    throw new RangeError(`${count} of ${values.length} entries`);
  }
  const indices = new Uint32Array(count);
  if (count === 0) return indices;
  // The language sorts NaN behind infinity.
  const threshold = values.map(Math.abs).sort()[values.length - count]!;
  const isAbove = (x: number): boolean =>
    !Number.isNaN(threshold) && (Number.isNaN(x) || Math.abs(x) > threshold);
  const isEqual = (x: number): boolean => Object.is(Math.abs(x), threshold);
  let above = 0;
  for (const x of values) if (isAbove(x)) above++;
  let ties = count - above;
  let taken = 0;
  values.forEach((x, i) => {
    if (isAbove(x) || (isEqual(x) && ties-- > 0)) indices[taken++] = i;
  });
  return indices;
}

/**
 * Central finite differences: what the hand-written gradients of the plain reference are checked
 * against, on their own authority.
 */

/**
 * Largest |numeric − given| over all entries of x, relative to the largest |numeric|, for a gradient of
 * the scalar function `f` at `x`. In float64 a right gradient gives 1e-8 or less, as long as no ReLU
 * input is within about `step` of zero.
 */
export function gradientError(
  f: (x: Float64Array) => number,
  x: ArrayLike<number>,
  gradient: ArrayLike<number>,
  step = 1e-5,
): number {
  if (gradient.length !== x.length) {
    throw new RangeError(`${gradient.length} gradients of ${x.length} inputs`);
  }
  const at = Float64Array.from(x);
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < at.length; i++) {
    const held = at[i]!;
    at[i] = held + step;
    const above = f(at);
    at[i] = held - step;
    const numeric = (above - f(at)) / (2 * step);
    at[i] = held;
    worst = Math.max(worst, Math.abs(numeric - gradient[i]!));
    largest = Math.max(largest, Math.abs(numeric));
  }
  return worst / largest;
}

/** Σ a·b: the loss that has `b` for its gradient in `a`. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

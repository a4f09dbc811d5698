/**
 * Makes a loss history of any length cheap to draw: a smoothed copy with one point a pixel column,
 * and of every step the lowest and the highest of a column, so that no spike is lost.
 */

export interface Point {
  readonly step: number;
  readonly value: number;
}

/**
 * Exponential moving average with the start-up bias divided out, as Adam does with its moments
 * (Kingma and Ba, 2015). `window` is the mean age of what is averaged, in steps. It starts anew at
 * each index of `restarts`, so that one task does not colour the next. What is not finite stays out.
 */
export function smooth(
  values: readonly number[],
  window: number,
  restarts: readonly number[] = [],
): Float64Array {
  const keep = window / (window + 1);
  const anew = new Set(restarts);
  const smoothed = new Float64Array(values.length);
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (anew.has(i)) sum = weight = 0;
    if (Number.isFinite(value)) {
      sum = keep * sum + (1 - keep) * value;
      weight = keep * weight + (1 - keep);
    }
    smoothed[i] = sum / weight;
  }
  return smoothed;
}

/** The lowest and the highest value of each of `columns` equal stretches, in order of their steps. */
export function decimate(values: readonly number[], columns: number): readonly Point[] {
  const points: Point[] = [];
  const stretch = Math.max(1, values.length / Math.max(1, columns));
  for (let column = 0; column * stretch < values.length; column++) {
    const end = Math.min(values.length, Math.round((column + 1) * stretch));
    let low = { step: -1, value: Number.POSITIVE_INFINITY };
    let high = { step: -1, value: Number.NEGATIVE_INFINITY };
    for (let step = Math.round(column * stretch); step < end; step++) {
      const value = values[step]!;
      if (value < low.value) low = { step, value };
      if (value > high.value) high = { step, value };
    }
    if (low.step < 0) continue;
    if (low.step === high.step) points.push(low);
    else points.push(...(low.step < high.step ? [low, high] : [high, low]));
  }
  return points;
}

/** The last value of each of `columns` equal stretches: enough for a curve that is smooth already. */
export function sample(values: ArrayLike<number>, columns: number): readonly Point[] {
  const stretch = Math.max(1, values.length / Math.max(1, columns));
  const points: Point[] = [];
  for (let column = 0; column * stretch < values.length; column++) {
    const step = Math.min(values.length, Math.round((column + 1) * stretch)) - 1;
    const value = values[step] ?? Number.NaN;
    if (Number.isFinite(value)) points.push({ step, value });
  }
  return points;
}

/**
 * Top of the vertical axis. A diverging first step must not flatten the rest, so the highest raw
 * value counts only up to twice the highest smoothed one.
 */
export function ceiling(raw: readonly Point[], smoothed: readonly Point[]): number {
  const most = (points: readonly Point[]): number =>
    points.reduce((top, point) => Math.max(top, point.value), 0);
  const top = Math.min(most(raw), 2 * most(smoothed));
  return top > 0 ? top : 1;
}

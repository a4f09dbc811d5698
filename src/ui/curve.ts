/**
 * Makes a loss history of any length cheap to draw: a smoothed copy, and for either at most two
 * points a pixel column, the lowest and the highest, so that no spike is lost.
 */

export interface Point {
  readonly step: number;
  readonly value: number;
}

/**
 * Exponential moving average with the start-up bias divided out, as Adam does with its moments
 * (Kingma and Ba, 2015). `window` is the mean age of what is averaged, in steps. It starts anew at
 * each index of `restarts`, so that one task does not colour the next. NaN stays out.
 */
export function smooth(
  values: readonly number[],
  window: number,
  restarts: readonly number[] = [],
): readonly number[] {
  const keep = window / (window + 1);
  const anew = new Set(restarts);
  let sum = 0;
  let weight = 0;
  return values.map((value, i) => {
    if (anew.has(i)) sum = weight = 0;
    if (Number.isFinite(value)) {
      sum = keep * sum + (1 - keep) * value;
      weight = keep * weight + (1 - keep);
    }
    return weight > 0 ? sum / weight : Number.NaN;
  });
}

/** The lowest and the highest value of each of `columns` equal stretches, in order of their steps. */
export function decimate(values: readonly number[], columns: number): readonly Point[] {
  const points: Point[] = [];
  const stretch = Math.max(1, values.length / Math.max(1, columns));
  for (let column = 0; column * stretch < values.length; column++) {
    const end = Math.min(values.length, Math.round((column + 1) * stretch));
    let low = -1;
    let high = -1;
    for (let i = Math.round(column * stretch); i < end; i++) {
      const value = values[i] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      if (low < 0 || value < (values[low] ?? 0)) low = i;
      if (high < 0 || value > (values[high] ?? 0)) high = i;
    }
    if (low < 0) continue;
    for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      points.push({ step: i, value: values[i] ?? Number.NaN });
    }
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

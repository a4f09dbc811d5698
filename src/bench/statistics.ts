/** The statistics of a benchmark: order statistics of times, and ratios within rounds. */

export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  /** First and third quartile; their distance is the IQR. */
  readonly lower: number;
  readonly upper: number;
}

/** The q-quantile by linear interpolation between order statistics (Hyndman and Fan's type 7). NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (at - Math.floor(at)) * (above - below);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Null of nothing. */
export function summarize(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  return {
    count: values.length,
    min: Math.min(...values),
    median: median(values),
    lower: quantile(values, 0.25),
    upper: quantile(values, 0.75),
  };
}

/**
 * Median over rounds of `times[r] / base[r]`, so that whatever slows a machine down for a while slows both
 * sides of a ratio. Rounds that either side missed (`null`) are left out; null where none is left.
 */
export function medianRatio(
  times: readonly (number | null)[],
  base: readonly (number | null)[],
): number | null {
  const ratios: number[] = [];
  times.forEach((time, round) => {
    const other = base[round] ?? null;
    if (time !== null && other !== null) ratios.push(time / other);
  });
  return ratios.length === 0 ? null : median(ratios);
}

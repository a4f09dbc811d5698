/**
 * Makes a loss history of any length cheap to draw: a smoothed copy, and the lowest and the highest value of every
 * pixel column, so that no spike is lost. Both follow a series that grows and look at each value once, so that the
 * cost of a frame depends on what is new and what is drawn, not on the length of the run.
 */

export interface Point {
  readonly step: number;
  readonly value: number;
}

/**
 * Exponential moving average with the start-up bias divided out, as Adam does with its moments
 * (Kingma and Ba, 2015). `window` is the mean age of what is averaged, in steps; 0 averages nothing.
 * It starts anew at each index of `restarts` (ascending), so that one task does not colour the next.
 * What is not finite stays out.
 */
export class RunningMean {
  /** The mean after each value; NaN before the first finite one. */
  readonly values: number[] = [];
  /** Length of the series up to its last finite value: what follows it has diverged. */
  finite = 0;
  private readonly keep: number;
  private nextRestart = 0;
  private sum = 0;
  private weight = 0;

  constructor(
    window: number,
    private readonly restarts: readonly number[] = [],
  ) {
    this.keep = window / (window + 1);
  }

  /** Takes in what the series has grown by since the last time. */
  follow(series: readonly number[]): void {
    const { keep, restarts } = this;
    for (let i = this.values.length; i < series.length; i++) {
      const value = series[i]!;
      while ((restarts[this.nextRestart] ?? Infinity) <= i) {
        if (restarts[this.nextRestart] === i) this.sum = this.weight = 0;
        this.nextRestart++;
      }
      if (Number.isFinite(value)) {
        this.sum = keep * this.sum + (1 - keep) * value;
        this.weight = keep * this.weight + (1 - keep);
        this.finite = i + 1;
      }
      this.values.push(this.sum / this.weight);
    }
  }
}

/**
 * The lowest and the highest finite value of each of `columns` equal stretches of a run of `steps` steps. Stretches
 * lie where they lie on the axis however far the series has come, so that old ones never change.
 */
export class Envelope {
  private readonly low: Point[] = [];
  private readonly high: Point[] = [];
  private readonly columns: number;
  private done = 0;

  constructor(
    columns: number,
    private readonly steps: number,
  ) {
    this.columns = Math.max(1, Math.min(columns, steps));
  }

  /** Takes in what the series has grown by since the last time. */
  follow(series: readonly number[]): void {
    const { low, high, columns, steps } = this;
    for (; this.done < series.length; this.done++) {
      const step = this.done;
      const value = series[step]!;
      if (!Number.isFinite(value)) continue;
      const column = Math.min(columns - 1, Math.floor((step * columns) / steps));
      if (value < (low[column]?.value ?? Infinity)) low[column] = { step, value };
      if (value > (high[column]?.value ?? -Infinity)) high[column] = { step, value };
    }
  }

  /** One or two points a stretch, in order of their steps; stretches without a finite value are left out. */
  points(): readonly Point[] {
    const points: Point[] = [];
    for (const [column, low] of this.low.entries()) {
      const high = this.high[column];
      // Stretches that were never written are holes, which the compiler takes for points.
      if ((low as Point | undefined) === undefined || high === undefined) continue;
      if (low.step === high.step) points.push(low);
      else points.push(...(low.step < high.step ? [low, high] : [high, low]));
    }
    return points;
  }
}

/**
 * The last value of each of `columns` equal stretches of a run of `steps` steps, of the first `length` values: enough
 * for a curve that is smooth already.
 */
export function sample(
  values: readonly number[],
  columns: number,
  steps: number,
  length = values.length,
): readonly Point[] {
  const stretch = Math.max(1, steps / Math.max(1, columns));
  const points: Point[] = [];
  for (let column = 0; Math.ceil(column * stretch) < length; column++) {
    const step = Math.min(length, Math.ceil((column + 1) * stretch)) - 1;
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

/**
 * The gate before any timing: a stack whose losses are not those of a float64 reference computes something
 * else, and its speed compares with nothing.
 */

/** What a workload's losses are held to. */
export interface Parity {
  /** Reference losses, from the first step on. */
  readonly losses: readonly number[];
  /** Steps that are compared. */
  readonly steps: number;
  /** Largest relative error of a loss. */
  readonly tolerance: number;
}

export interface ParityResult {
  readonly steps: number;
  readonly tolerance: number;
  /** Largest relative error found; null where a loss was not a number. */
  readonly worst: number | null;
  readonly passed: boolean;
}

/** Compares the losses of a stack's first steps. */
export function checkParity(
  losses: readonly number[],
  { losses: expected, tolerance }: Parity,
): ParityResult {
  const errors = losses.map((loss, step) => Math.abs(loss - expected[step]!) / expected[step]!);
  const finite = losses.length > 0 && errors.every((error) => Number.isFinite(error));
  const worst = finite ? Math.max(...errors) : null;
  return {
    steps: losses.length,
    tolerance,
    worst,
    passed: worst !== null && worst <= tolerance,
  };
}

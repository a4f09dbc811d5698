/**
 * The plain reference of Adam in float64 (Kingma and Ba, *Adam*, 2015) as `torch.optim.Adam` has it:
 * weight decay joins the gradient, and epsilon is added after the root of the corrected second moment.
 */

export interface AdamOptions {
  readonly rate: number;
  readonly weightDecay: number;
}

export const ADAM_BETA1 = 0.9;
export const ADAM_BETA2 = 0.999;
export const ADAM_EPSILON = 1e-8;

export interface AdamState {
  readonly weight: Float64Array;
  /** Running mean of the gradient, zeros at first. */
  readonly first: Float64Array;
  /** Running mean of the squared gradient, zeros at first. */
  readonly second: Float64Array;
  /** Steps done. */
  readonly step: number;
}

/** One step; returns the state after it. */
export function adam(
  state: AdamState,
  gradient: ArrayLike<number>,
  { rate, weightDecay }: AdamOptions,
): AdamState {
  const step = state.step + 1;
  const g = state.weight.map((w, i) => gradient[i]! + weightDecay * w);
  const first = state.first.map((m, i) => ADAM_BETA1 * m + (1 - ADAM_BETA1) * g[i]!);
  const second = state.second.map((v, i) => ADAM_BETA2 * v + (1 - ADAM_BETA2) * g[i]! ** 2);
  const weight = state.weight.map((w, i) => {
    const mean = first[i]! / (1 - ADAM_BETA1 ** step);
    const square = second[i]! / (1 - ADAM_BETA2 ** step);
    return w - (rate * mean) / (Math.sqrt(square) + ADAM_EPSILON);
  });
  return { weight, first, second, step };
}

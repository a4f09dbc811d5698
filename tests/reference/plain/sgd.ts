/** The plain reference of SGD in float64, with PyTorch's momentum and weight decay (`torch.optim.SGD`). */

export interface SgdOptions {
  readonly rate: number;
  readonly momentum: number;
  /** L2: `weightDecay` · w joins the gradient. */
  readonly weightDecay: number;
}

export interface SgdState {
  readonly weight: Float64Array;
  /** Null before the first step, which sets it to the gradient; PyTorch damps nothing there. */
  readonly momentum: Float64Array | null;
}

/** One step; returns the state after it. */
export function sgd(
  state: SgdState,
  gradient: ArrayLike<number>,
  { rate, momentum, weightDecay }: SgdOptions,
): SgdState {
  const decayed = state.weight.map((w, i) => gradient[i]! + weightDecay * w);
  const held = state.momentum;
  const buffer = held === null ? decayed : held.map((m, i) => momentum * m + decayed[i]!);
  return { weight: state.weight.map((w, i) => w - rate * buffer[i]!), momentum: buffer };
}

/** The plain reference of a linear layer in float64: y = x Wᵀ + b, forward and all three gradients. */

export interface LinearShape {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** y [N][out] of x [N][in], weight [out][in], bias [out]. */
export function linear(
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  { rows, inputs, outputs }: LinearShape,
): Float64Array {
  const y = new Float64Array(rows * outputs);
  for (let n = 0; n < rows; n++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o]!;
      for (let i = 0; i < inputs; i++) sum += x[n * inputs + i]! * weight[o * inputs + i]!;
      y[n * outputs + o] = sum;
    }
  }
  return y;
}

export interface LinearGradients {
  /** [N][in] */
  readonly dx: Float64Array;
  /** [out][in] */
  readonly dweight: Float64Array;
  /** [out] */
  readonly dbias: Float64Array;
}

/** Gradients from dy [N][out]. */
export function linearBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  { rows, inputs, outputs }: LinearShape,
): LinearGradients {
  const dx = new Float64Array(rows * inputs);
  const dweight = new Float64Array(outputs * inputs);
  const dbias = new Float64Array(outputs);
  for (let n = 0; n < rows; n++) {
    for (let o = 0; o < outputs; o++) {
      const d = dy[n * outputs + o]!;
      dbias[o]! += d;
      for (let i = 0; i < inputs; i++) {
        dx[n * inputs + i]! += d * weight[o * inputs + i]!;
        dweight[o * inputs + i]! += d * x[n * inputs + i]!;
      }
    }
  }
  return { dx, dweight, dbias };
}

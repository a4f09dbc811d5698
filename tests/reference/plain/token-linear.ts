/**
 * The plain reference of a linear layer over tokens in float64: y[n][o][t] = b[o] + Σ_i w[o][i] · x[n][i][t], forward
 * and all three gradients.
 */

export interface TokenLinearShape {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly tokens: number;
}

/** y [N][out][T] of x [N][in][T], weight [out][in], bias [out]. */
export function tokenLinear(
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  { rows, inputs, outputs, tokens }: TokenLinearShape,
): Float64Array {
  const y = new Float64Array(rows * outputs * tokens);
  for (let n = 0; n < rows; n++) {
    for (let o = 0; o < outputs; o++) {
      for (let t = 0; t < tokens; t++) {
        let sum = bias[o]!;
        for (let i = 0; i < inputs; i++) {
          sum += weight[o * inputs + i]! * x[(n * inputs + i) * tokens + t]!;
        }
        y[(n * outputs + o) * tokens + t] = sum;
      }
    }
  }
  return y;
}

export interface TokenLinearGradients {
  /** [N][in][T] */
  readonly dx: Float64Array;
  /** [out][in] */
  readonly dweight: Float64Array;
  /** [out] */
  readonly dbias: Float64Array;
}

/** Gradients from dy [N][out][T]. */
export function tokenLinearBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  { rows, inputs, outputs, tokens }: TokenLinearShape,
): TokenLinearGradients {
  const dx = new Float64Array(rows * inputs * tokens);
  const dweight = new Float64Array(outputs * inputs);
  const dbias = new Float64Array(outputs);
  for (let n = 0; n < rows; n++) {
    for (let t = 0; t < tokens; t++) {
      for (let o = 0; o < outputs; o++) {
        const d = dy[(n * outputs + o) * tokens + t]!;
        dbias[o]! += d;
        for (let i = 0; i < inputs; i++) {
          const at = (n * inputs + i) * tokens + t;
          dx[at]! += d * weight[o * inputs + i]!;
          dweight[o * inputs + i]! += d * x[at]!;
        }
      }
    }
  }
  return { dx, dweight, dbias };
}

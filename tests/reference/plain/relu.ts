/** The plain reference of ReLU in float64, on tensors of any shape. Its derivative at 0 is 0, as PyTorch's. */

export function relu(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (value) => Math.max(0, value));
}

/** dx of dy and either the input or the output of the ReLU: both are positive in the same places. */
export function reluBackward(dy: ArrayLike<number>, x: ArrayLike<number>): Float64Array {
  return Float64Array.from(dy, (d, i) => (x[i]! > 0 ? d : 0));
}

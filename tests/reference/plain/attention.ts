/**
 * The plain reference of multi-head self-attention in float64, image by image: of queries, keys and values
 * [N][3·C][T] the output [N][C][T] and the gradient, written from the formulas with all maps in full.
 */

export interface AttentionShape {
  readonly rows: number;
  /** Of the output; three times as many come in. */
  readonly channels: number;
  readonly heads: number;
  readonly tokens: number;
}

/** Calls `visit` for each image and head with the places of queries, keys, values and outputs. */
function eachHead(
  { rows, channels, heads, tokens }: AttentionShape,
  visit: (at: {
    q: (c: number, t: number) => number;
    k: (c: number, t: number) => number;
    v: (c: number, t: number) => number;
    o: (c: number, t: number) => number;
  }) => void,
): void {
  const width = channels / heads;
  for (let n = 0; n < rows; n++) {
    for (let h = 0; h < heads; h++) {
      const place = (images: number, first: number) => (c: number, t: number) =>
        (n * images + first + h * width + c) * tokens + t;
      visit({
        q: place(3 * channels, 0),
        k: place(3 * channels, channels),
        v: place(3 * channels, 2 * channels),
        o: place(channels, 0),
      });
    }
  }
}

type Place = (c: number, t: number) => number;

/** Softmax of the scaled products of queries and keys, [T][T]. */
function mapOf(x: ArrayLike<number>, q: Place, k: Place, tokens: number, width: number) {
  return Array.from({ length: tokens }, (_, i) => {
    const scores = Array.from({ length: tokens }, (__, j) => {
      let sum = 0;
      for (let c = 0; c < width; c++) sum += x[q(c, i)]! * x[k(c, j)]!;
      return sum / Math.sqrt(width);
    });
    const largest = Math.max(...scores);
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const total = exponentials.reduce((a, b) => a + b, 0);
    return exponentials.map((value) => value / total);
  });
}

/** y [N][C][T] of x [N][3·C][T]. */
export function attention(x: ArrayLike<number>, shape: AttentionShape): Float64Array {
  const { rows, channels, heads, tokens } = shape;
  const width = channels / heads;
  const y = new Float64Array(rows * channels * tokens);
  eachHead(shape, ({ q, k, v, o }) => {
    const map = mapOf(x, q, k, tokens, width);
    for (let c = 0; c < width; c++) {
      for (let i = 0; i < tokens; i++) {
        for (let j = 0; j < tokens; j++) y[o(c, i)]! += map[i]![j]! * x[v(c, j)]!;
      }
    }
  });
  return y;
}

/** dx [N][3·C][T] from dy [N][C][T]. */
export function attentionBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  shape: AttentionShape,
): Float64Array {
  const { rows, channels, heads, tokens } = shape;
  const width = channels / heads;
  const dx = new Float64Array(rows * 3 * channels * tokens);
  eachHead(shape, ({ q, k, v, o }) => {
    const map = mapOf(x, q, k, tokens, width);
    for (let i = 0; i < tokens; i++) {
      const change = map.map((_, j) => {
        let sum = 0;
        for (let c = 0; c < width; c++) sum += dy[o(c, i)]! * x[v(c, j)]!;
        return sum;
      });
      const mean = change.reduce((sum, value, j) => sum + value * map[i]![j]!, 0);
      for (let j = 0; j < tokens; j++) {
        const score = (map[i]![j]! * (change[j]! - mean)) / Math.sqrt(width);
        for (let c = 0; c < width; c++) {
          dx[q(c, i)]! += score * x[k(c, j)]!;
          dx[k(c, j)]! += score * x[q(c, i)]!;
          dx[v(c, j)]! += map[i]![j]! * dy[o(c, i)]!;
        }
      }
    }
  });
  return dx;
}

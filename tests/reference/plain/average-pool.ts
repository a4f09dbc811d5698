/**
 * The plain reference of average pooling in float64: windows of k×k at stride k, and the mean of a
 * whole plane. Lines beyond the last whole window are dropped, as PyTorch does.
 */

export interface PoolShape {
  readonly rows: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Edge of the window. */
  readonly kernel: number;
}

/** Calls `visit(input, output)` for every input that is in a window. */
function walk(shape: PoolShape, visit: (input: number, output: number) => void): void {
  const { rows, channels, height, width, kernel } = shape;
  const down = Math.floor(height / kernel);
  const across = Math.floor(width / kernel);
  for (let plane = 0; plane < rows * channels; plane++) {
    for (let y = 0; y < down * kernel; y++) {
      for (let x = 0; x < across * kernel; x++) {
        const window = Math.floor(y / kernel) * across + Math.floor(x / kernel);
        visit((plane * height + y) * width + x, plane * down * across + window);
      }
    }
  }
}

/** y [N][C][⌊H/k⌋][⌊W/k⌋] of x [N][C][H][W]. */
export function averagePool(x: ArrayLike<number>, shape: PoolShape): Float64Array {
  const { rows, channels, height, width, kernel } = shape;
  const windows = Math.floor(height / kernel) * Math.floor(width / kernel);
  const y = new Float64Array(rows * channels * windows);
  walk(shape, (input, output) => {
    y[output]! += x[input]! / kernel ** 2;
  });
  return y;
}

/** dx [N][C][H][W] of dy [N][C][⌊H/k⌋][⌊W/k⌋]. */
export function averagePoolBackward(dy: ArrayLike<number>, shape: PoolShape): Float64Array {
  const dx = new Float64Array(shape.rows * shape.channels * shape.height * shape.width);
  walk(shape, (input, output) => {
    dx[input] = dy[output]! / shape.kernel ** 2;
  });
  return dx;
}

/** y, one value a plane, of x [planes][area]: [N][C][H][W] has N·C planes of H·W. */
export function globalAveragePool(x: ArrayLike<number>, area: number): Float64Array {
  const y = new Float64Array(x.length / area);
  for (let i = 0; i < x.length; i++) y[Math.floor(i / area)]! += x[i]! / area;
  return y;
}

/** dx [planes][area] of dy [planes]. */
export function globalAveragePoolBackward(dy: ArrayLike<number>, area: number): Float64Array {
  return Float64Array.from(
    { length: dy.length * area },
    (_, i) => dy[Math.floor(i / area)]! / area,
  );
}

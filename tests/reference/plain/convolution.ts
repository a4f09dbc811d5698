/**
 * The plain reference of a convolution in float64: what the block-sparse kernels are compared with.
 * NCHW, square kernel, zero padding, no bias. Forward and both gradients are one walk over the taps
 * that fall inside the image, so a mistake in the walk shows in all three.
 */

export interface ConvolutionShape {
  readonly rows: number;
  readonly inputChannels: number;
  readonly height: number;
  readonly width: number;
  readonly outputChannels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Height and width of the output: floor((size + 2 padding − kernel) / stride) + 1. */
export function outputSize(shape: ConvolutionShape): { height: number; width: number } {
  const along = (size: number) =>
    Math.floor((size + 2 * shape.padding - shape.kernel) / shape.stride) + 1;
  return { height: along(shape.height), width: along(shape.width) };
}

/**
 * Calls `visit` for every image row, output channel, input channel, tap and output line. The outputs
 * `out + i` for `from` ≤ i < `to` meet the inputs `input + i · stride` at weight `tap`; those left
 * out meet padding.
 */
function walk(
  shape: ConvolutionShape,
  visit: (out: number, input: number, tap: number, from: number, to: number) => void,
): void {
  const { rows, inputChannels, height, width, outputChannels, kernel, stride, padding } = shape;
  const output = outputSize(shape);
  for (let n = 0; n < rows; n++) {
    for (let co = 0; co < outputChannels; co++) {
      for (let ci = 0; ci < inputChannels; ci++) {
        for (let ky = 0; ky < kernel; ky++) {
          for (let kx = 0; kx < kernel; kx++) {
            const tap = ((co * inputChannels + ci) * kernel + ky) * kernel + kx;
            const left = kx - padding;
            const from = Math.max(0, Math.ceil(-left / stride));
            const to = Math.min(output.width, Math.floor((width - 1 - left) / stride) + 1);
            for (let oy = 0; oy < output.height; oy++) {
              const iy = oy * stride + ky - padding;
              if (iy < 0 || iy >= height) continue;
              const out = ((n * outputChannels + co) * output.height + oy) * output.width;
              const input = ((n * inputChannels + ci) * height + iy) * width + left;
              visit(out, input, tap, from, to);
            }
          }
        }
      }
    }
  }
}

/** y [N][Co][Ho][Wo] of x [N][Ci][H][W] and weight [Co][Ci][k][k]. */
export function convolution(
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  shape: ConvolutionShape,
): Float64Array {
  const { stride } = shape;
  const { height, width } = outputSize(shape);
  const y = new Float64Array(shape.rows * shape.outputChannels * height * width);
  const x64 = Float64Array.from(x);
  walk(shape, (out, input, tap, from, to) => {
    const w = weight[tap]!;
    for (let i = from; i < to; i++) y[out + i]! += w * x64[input + i * stride]!;
  });
  return y;
}

/** dx [N][Ci][H][W] of dy [N][Co][Ho][Wo] and weight [Co][Ci][k][k]. */
export function convolutionInputGradient(
  dy: ArrayLike<number>,
  weight: ArrayLike<number>,
  shape: ConvolutionShape,
): Float64Array {
  const { stride } = shape;
  const dx = new Float64Array(shape.rows * shape.inputChannels * shape.height * shape.width);
  const dy64 = Float64Array.from(dy);
  walk(shape, (out, input, tap, from, to) => {
    const w = weight[tap]!;
    for (let i = from; i < to; i++) dx[input + i * stride]! += w * dy64[out + i]!;
  });
  return dx;
}

/** dweight [Co][Ci][k][k] of x [N][Ci][H][W] and dy [N][Co][Ho][Wo]. */
export function convolutionWeightGradient(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  shape: ConvolutionShape,
): Float64Array {
  const { stride } = shape;
  const dweight = new Float64Array(
    shape.outputChannels * shape.inputChannels * shape.kernel * shape.kernel,
  );
  const x64 = Float64Array.from(x);
  const dy64 = Float64Array.from(dy);
  walk(shape, (out, input, tap, from, to) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += dy64[out + i]! * x64[input + i * stride]!;
    dweight[tap]! += sum;
  });
  return dweight;
}

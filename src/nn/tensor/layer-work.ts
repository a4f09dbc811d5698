/**
 * What a layer's passes would cost if its weights were dense, from its shapes alone: the yardstick beside
 * what its dispatches execute.
 */
import type { Parameter } from './parameter.ts';
import type { Tensor } from './tensor.ts';

/** A layer as far as its arithmetic is concerned. */
export interface Arithmetic {
  readonly inputs: readonly Pick<Tensor, 'height' | 'width'>[];
  readonly output: Pick<Tensor, 'height' | 'width'>;
  readonly parameters: readonly Pick<Parameter, 'role' | 'shape'>[];
}

/** Multiply-accumulates of one pass over one image, taps outside it included; 0 without a matrix of weights. */
export function densePassMacs({ output, parameters }: Arithmetic): number {
  const weights = parameters
    .filter(({ role }) => role === 'matrix')
    .map(({ shape }) => shape.reduce((product, extent) => product * extent, 1));
  return weights.reduce((sum, count) => sum + count, 0) * output.height * output.width;
}

/**
 * The share of those at taps outside the image, which kernels skip; forward and in both gradients these are
 * the same pairs of a pixel and a tap. For sparse weights it holds on the average over the taps. 31 % of a 3×3
 * convolution at 4×4, nothing of a 1×1.
 */
export function outsideShare({ inputs, output, parameters }: Arithmetic): number {
  const kernel = parameters.find(({ role }) => role === 'matrix')?.shape[3] ?? 1;
  const [input] = inputs;
  if (!input || kernel === 1) return 0;
  const inside =
    tapsInside(kernel, input.height, output.height) * tapsInside(kernel, input.width, output.width);
  return 1 - inside / (kernel * kernel * output.height * output.width);
}

/** Pairs of an output position and a tap along one dimension that read the image; centred taps. */
function tapsInside(kernel: number, from: number, to: number): number {
  const stride = Math.ceil(from / to);
  const pad = (kernel - 1) / 2;
  let inside = 0;
  for (let position = 0; position < to; position++) {
    for (let tap = 0; tap < kernel; tap++) {
      const source = position * stride + tap - pad;
      if (source >= 0 && source < from) inside++;
    }
  }
  return inside;
}

/**
 * What a layer declares that its passes multiply: the yardstick beside what its dispatches execute. A count of work
 * reads it, so that a layer without weights to multiply by (the products of attention) is counted like any other.
 */
import type { Tensor } from './tensor.ts';

/** Multiply-accumulates of each pass over one image, all weights and channels being there. */
export interface DenseWork {
  readonly forward: number;
  readonly inputGradient: number;
  readonly weightGradient: number;
  /** Share of each at taps outside the image, which kernels skip; the same pairs of pixel and tap in all three. */
  readonly outside: number;
}

/** Of layers that multiply nothing: norms, additions, pooling. */
export const NO_WORK: DenseWork = { forward: 0, inputGradient: 0, weightGradient: 0, outside: 0 };

type Plane = Pick<Tensor, 'height' | 'width'>;

/**
 * Of a convolution or a linear layer: its weights once for every output pixel, taps outside the image included. For
 * sparse weights the share outside holds on the average over the taps: 31 % of a 3×3 convolution at 4×4, nothing of a
 * 1×1.
 */
export function kernelWork(
  shape: {
    readonly outChannels: number;
    readonly inChannels: number;
    readonly kernel: number;
    readonly stride: number;
    readonly pad: number;
  },
  input: Plane,
  output: Plane,
): DenseWork {
  const taps = shape.kernel * shape.kernel * output.height * output.width;
  const macs = shape.outChannels * shape.inChannels * taps;
  const inside =
    tapsInside(shape, input.height, output.height) * tapsInside(shape, input.width, output.width);
  const outside = shape.kernel === 1 ? 0 : 1 - inside / taps;
  return { forward: macs, inputGradient: macs, weightGradient: macs, outside };
}

/** Pairs of an output position and a tap along one dimension that read the image. */
function tapsInside(
  { kernel, stride, pad }: { kernel: number; stride: number; pad: number },
  from: number,
  to: number,
): number {
  let inside = 0;
  for (let position = 0; position < to; position++) {
    for (let tap = 0; tap < kernel; tap++) {
      const source = position * stride + tap - pad;
      if (source >= 0 && source < from) inside++;
    }
  }
  return inside;
}

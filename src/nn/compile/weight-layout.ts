/**
 * How the weights of a convolution or linear layer are stored, and which kernels use them. The dense layout is
 * `convolution/dense-layout.ts`; sparse layouts are in `src/sparse`, and a network is given them when it is built.
 */
import type { Emitter } from './emitter.ts';
import type { WeightSource } from './weight-source.ts';
import type { LayerRole } from '../tensor/roles.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { IndexLists, Parameter } from '../tensor/parameter.ts';

/** A convolution's fixed sizes; a linear layer has kernel 1, stride 1, pad 0. */
export interface ConvolutionShape {
  readonly outChannels: number;
  readonly inChannels: number;
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
  readonly pad: 0 | 1;
}

/** One layer's use of its weights. */
export interface Convolution {
  /** The layer's name, for labels. */
  readonly name: string;
  readonly shape: ConvolutionShape;
  readonly input: Tensor;
  readonly output: Tensor;
  /** The weight's name, shape and storage; a parameter of the arena unless `source` derives it. */
  readonly weight: Parameter;
  /** Sparse layouts are given weights of the arena alone. */
  readonly source: WeightSource;
  readonly bias: Parameter | null;
}

export interface WeightLayout {
  readonly name: string;
  /** Floats that the weights take in the arena, a multiple of 4. */
  storage(shape: ConvolutionShape): number;
  /** The lists of the layer whose weight is called `name`, keyed by it where they are drawn; null: none. */
  lists(shape: ConvolutionShape, name: string): IndexLists | null;
  /** PyTorch's [Co, Ci, kh, kw] to the arena's order; padding is 0, entries that are not live are left out. */
  pack(
    shape: ConvolutionShape,
    values: Float32Array,
    lists?: Uint32Array,
  ): Float32Array<ArrayBuffer>;
  unpack(
    shape: ConvolutionShape,
    stored: Float32Array,
    lists?: Uint32Array,
  ): Float32Array<ArrayBuffer>;
  /** output = weights ∗ input + bias */
  forward(emit: Emitter, convolution: Convolution): void;
  /** The input's gradient from the output's. */
  inputGradient(emit: Emitter, convolution: Convolution): void;
  /** The weights' gradient from the input and the output's gradient. */
  weightGradient(emit: Emitter, convolution: Convolution): void;
}

/** Multiply-accumulates of one pass over one image, taps outside the image included. */
export function convolutionMacs({ shape, output }: Convolution): number {
  const taps = shape.kernel * shape.kernel;
  return shape.outChannels * shape.inChannels * taps * output.height * output.width;
}

/**
 * Chooses the layout of a layer's weights by its role and shape. The name is for what is kept by layer, a budget or a
 * report: no choice depends on how a layer is called.
 */
export type LayoutChoice = (name: string, shape: ConvolutionShape, role: LayerRole) => WeightLayout;

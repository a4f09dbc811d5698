/** What a model is: a function that writes layers into a graph and returns the logits. */
import type { GraphBuilder } from '../compile/graph.ts';
import type { Tensor } from '../tensor/tensor.ts';

export const IMAGE_CHANNELS = 3;

export interface ModelOptions {
  /** Channels of the first stage; each model says what else follows from it. */
  readonly width: number;
  readonly classes: number;
}

export type Model = (graph: GraphBuilder, options: ModelOptions) => Tensor;

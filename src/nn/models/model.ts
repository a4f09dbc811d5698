/**
 * What a model is: what it says of itself, which the page may read, and a function that writes its layers into a graph
 * and returns the logits. Both are exported by the model's file, the one light and the other with the layers it needs.
 */
import type { GraphBuilder } from '../compile/graph.ts';
import type { Tensor } from '../tensor/tensor.ts';

export const IMAGE_CHANNELS = 3;

/** What a model says of itself; built networks are held to it. */
export interface ModelFacts {
  /** For reports and texts, with the source. */
  readonly title: string;
  /** A few words for a list of models. */
  readonly words: string;
  /** Edge of its largest kernels, by which layouts of kernels may be had. */
  readonly kernel: 1 | 3;
  /** Whether it has norms, whose outputs can be computed again instead of being kept. */
  readonly norms: boolean;
  /** Whether its activations are planes of pixels, which can be kept as halves. */
  readonly planes: boolean;
}

export interface ModelOptions {
  /** Channels of the first stage; each model says what else follows from it. */
  readonly width: number;
  readonly classes: number;
}

export type BuildModel = (graph: GraphBuilder, options: ModelOptions) => Tensor;

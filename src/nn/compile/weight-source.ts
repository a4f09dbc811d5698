/**
 * Where a layer's weight comes from: from the parameter arena, as a rule, or made of other parameters in every step
 * (basis × coefficients, weight standardisation), with its gradient flowing back into those.
 */
import type { Parameter } from '../tensor/parameter.ts';
import type { Virtual } from './activation-pool.ts';
import type { Emitter } from './emitter.ts';

/** A weight or its gradient, stored as the layer's layout has it. */
export interface WeightPlace {
  readonly buffer: Virtual | GPUBuffer;
  /** Its first float there, a multiple of 4. */
  readonly at: number;
}

export interface WeightSource {
  /** What is trained in the weight's place: parameters of the layer. */
  readonly parameters: readonly Parameter[];
  /**
   * Emits what makes the weight, for one pass that reads it: the backward pass asks again, so that a derived weight need
   * not be kept.
   */
  forward(emit: Emitter): WeightPlace;
  /** Where the layout is to put the weight's gradient. */
  gradient(emit: Emitter): WeightPlace;
  /**
   * Emits the gradients of those of `parameters` that move, given the weight's where `gradient` has said. They add to
   * those of earlier parts of the batch where `emit.accumulatesParameters` says so.
   */
  backward(emit: Emitter, gradient: WeightPlace): void;
}

/** A weight that is a parameter itself. */
export function arenaWeight(weight: Parameter): WeightSource {
  return {
    parameters: [weight],
    forward: ({ store }) => ({ buffer: store.parameters, at: store.at(weight.name) }),
    gradient: ({ store }) => ({ buffer: store.gradients, at: store.at(weight.name) }),
    backward: () => undefined,
  };
}

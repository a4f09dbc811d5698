/**
 * A step that is not always listed alike: some groups of parameters rest in every other step, or a network sees fewer
 * tokens from some step on. Each way to list it is a variant with a plan of its own (`step-plans.ts`), and which of
 * them a step goes by follows from its place in the run alone, so that a resumed run goes on as it would have.
 */
import type { Network } from '../../nn/compile/graph.ts';

export interface StepVariant {
  /** For the labels of its plan: `training`, `bases at rest`. */
  readonly key: string;
  /**
   * The network as this variant computes it, with the same parameters: numbers of tokens are a matter of the network,
   * not of its weights. The trainer's own if left out.
   */
  readonly network?: Network;
  /** Names of the groups of parameters that it leaves as they are: no gradient, no decay, no momentum. */
  readonly resting?: ReadonlySet<string>;
}

/** A place in a run: step `step` of the `steps` of task `task`, all counted from 0. */
export interface StepPlace {
  readonly task: number;
  readonly step: number;
  readonly steps: number;
}

export interface VariantSchedule {
  /** One at least; the first is what a trainer reports as its step. */
  readonly variants: readonly StepVariant[];
  /** Index of the variant by which a step goes. */
  at(place: StepPlace): number;
}

/** Alternates between the variants, step by step, beginning anew with every task. */
export const alternating = (variants: readonly StepVariant[]): VariantSchedule => ({
  variants,
  at: ({ step }) => step % variants.length,
});

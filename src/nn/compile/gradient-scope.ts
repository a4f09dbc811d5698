/**
 * Which gradients of sparse weights a pass computes, and where it puts them. As a rule a layer computes those of
 * its live weights, into the store's arena. Gradient sparsity wants fewer of them, mask dynamics that grow by
 * gradients want those of dead weights too: either gives a scope to the emitter that lists the pass, and the
 * layouts of sparse weights ask it here.
 */
import type { Parameter } from '../tensor/parameter.ts';

/** How the stored weights of a layer fall into units whose gradients are taken or left as a whole. */
export interface GradientUnits {
  /** Units that there is room for, in order from the start of the storage. */
  readonly places: number;
  /** Floats of each, a power of two. */
  readonly floats: number;
  /** Units of the whole layer, dead ones included: the number that shares refer to, not always a whole one. */
  readonly of: number;
  /** Whether the layout can leave out the work of the others, by a list of places. */
  readonly listed: boolean;
}

/** The places of a layer whose gradients are to be computed. */
export interface ChosenPlaces {
  readonly indices: GPUBuffer;
  /** First word of the layer's list, and its length. */
  readonly at: number;
  readonly count: number;
}

export interface GradientScope {
  /** Hears of every sparse weight whose gradient is listed, and of its units; null: all of them are wanted. */
  choose?(weight: Parameter, units: GradientUnits): ChosenPlaces | null;
  /** Whether a dense gradient of so many floats, in the dense layout's order, is wanted in place of the live one. */
  wantsDense?(weight: Parameter, floats: number): boolean;
  /** Where the gradient of a weight goes; null: into the store's arena. */
  destination?(weight: string): GPUBuffer | null;
}

/** Whatever lists a pass: the emitter. */
interface Scoped {
  readonly scope: GradientScope;
}

/** The places of `weight` whose gradients are wanted; null: all of them. */
export function chosenPlaces(
  { scope }: Scoped,
  weight: Parameter,
  units: GradientUnits,
): ChosenPlaces | null {
  return scope.choose?.(weight, units) ?? null;
}

/** Whether the dense gradient of `weight`, `floats` long, is wanted; `gradientDestination` then says where. */
export function wantsDenseGradient({ scope }: Scoped, weight: Parameter, floats: number): boolean {
  return scope.wantsDense?.(weight, floats) ?? false;
}

/** The buffer that the gradient of `weight` goes to, from its start; null: the store's arena, in its place. */
export function gradientDestination({ scope }: Scoped, weight: string): GPUBuffer | null {
  return scope.destination?.(weight) ?? null;
}

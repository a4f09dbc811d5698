/**
 * Groups of parameters that are trained alike. Whoever builds a network may give each parameter a group. A frozen
 * parameter has neither a gradient nor optimiser state, and the backward pass ends where only frozen layers are left.
 */
import type { Parameter } from './parameter.ts';
import type { LayerRole } from './roles.ts';

/** Parameters of one name share all of it. */
export interface ParameterGroup {
  readonly name: string;
  /** Whether these parameters never move. */
  readonly frozen: boolean;
  /** Factors of the step's learning rate and of its weight decay. */
  readonly rate: number;
  readonly decay: number;
}

/** The group of parameters for which no other is chosen: they move, at the step's own rate and decay. */
export const EVERYTHING: ParameterGroup = { name: 'all', frozen: false, rate: 1, decay: 1 };

/** A parameter as part of a network. */
export interface GroupedParameter extends Parameter {
  readonly group: ParameterGroup;
}

/** Chooses the group of a parameter, by its role and by the layer that it is part of. */
export type GroupChoice = (
  parameter: Parameter,
  layer: { readonly name: string; readonly role: LayerRole },
) => ParameterGroup;

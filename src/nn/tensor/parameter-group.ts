/**
 * Parameters that are trained alike. A model's builder says which group each parameter belongs to; what is frozen has
 * neither gradient nor optimiser state, and nothing before it is differentiated that nothing moving needs.
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

/** The group of whatever no choice has been made for: it moves, at the step's own rate and decay. */
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

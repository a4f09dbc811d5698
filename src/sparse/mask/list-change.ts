/** A parameter's change of lists in steps, and the places that change hands in any of them. */
import type { Parameter } from '../../nn/tensor/parameter.ts';
import { changedHands } from './changed-hands.ts';
import type { ParameterChange } from './mask-units.ts';

/**
 * Before, with those gone that are dropped, and after. A unit that is dropped and grown again is in the first and
 * the last: the state between them tells that it begins anew.
 */
export function listChange(
  parameter: Parameter,
  [before, between, after]: readonly [Uint32Array, Uint32Array, Uint32Array<ArrayBuffer>],
): ParameterChange {
  const zeroed = [
    ...changedHands(parameter, before, between),
    ...changedHands(parameter, between, after),
  ];
  return { parameter, lists: after, zeroed, fresh: null };
}

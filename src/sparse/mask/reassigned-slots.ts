/**
 * What a change of a parameter's lists means for the numbers that are kept for each entry. No number moves, but a
 * slot of the storage that is given to another entry, or to none, still holds a number of the old one: weights,
 * gradients, optimiser state and whatever else has the arena's shape are to be zeroed there.
 */
import type { Parameter } from '../../nn/tensor/parameter.ts';
import type { FloatRange, ParameterChange } from './mask-units.ts';

/** The floats that hold different entries under two states of the lists, ascending. */
export function reassignedFloats(
  parameter: Parameter,
  before: Uint32Array,
  after: Uint32Array,
): FloatRange[] {
  const [held, holds] = [entriesOf(parameter, before), entriesOf(parameter, after)];
  const ranges: FloatRange[] = [];
  for (let at = 0; at < held.length; at++) {
    if (held[at] === holds[at]) continue;
    const first = at;
    while (at < held.length && held[at] !== holds[at]) at++;
    ranges.push({ at: first, length: at - first });
  }
  return ranges;
}

/**
 * A change in two steps: the lists before, with the dropped units gone, and with the grown ones added. A unit that is
 * dropped and grown at once is in the first and the last; only the state between them tells that it begins at 0.
 */
export function changeOfLists(
  parameter: Parameter,
  [before, dropped, grown]: readonly [Uint32Array, Uint32Array, Uint32Array<ArrayBuffer>],
): ParameterChange {
  const zeroed = [
    ...reassignedFloats(parameter, before, dropped),
    ...reassignedFloats(parameter, dropped, grown),
  ];
  return { parameter, lists: grown, zeroed, fresh: null };
}

/** The number, from 1, of the entry that each float of the storage holds; 0: none. */
function entriesOf(parameter: Parameter, lists: Uint32Array): Uint32Array {
  // Numbers travel as the bits of floats, which packing copies unchanged: as values, floats are exact up to 2^24 only.
  const numbers = new Uint32Array(parameter.shape.reduce((product, extent) => product * extent, 1));
  for (let i = 0; i < numbers.length; i++) numbers[i] = i + 1;
  return new Uint32Array(parameter.pack(new Float32Array(numbers.buffer), lists).buffer);
}

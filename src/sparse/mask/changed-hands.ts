/**
 * What a change of a parameter's lists means for the numbers that are kept for each entry: nothing moves, but
 * a place that gets another entry, or none, must not hand on what it held. Weights, gradients and optimiser
 * state are to be zeroed there, and whatever else has the arena's shape.
 */
import type { Parameter } from '../../nn/tensor/parameter.ts';

/** Floats of a parameter's storage, from its own start. */
export interface FloatRange {
  readonly at: number;
  readonly length: number;
}

/** The places whose entry differs between two states of the lists, ascending. */
export function changedHands(
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
 * A parameter's lists after the channels of the tensor that layer `subset` computes have become `channels`;
 * null if the parameter has nothing of that tensor. A network's norms go by the lists of their scales. A
 * channel that is grown starts with zeros on both sides and a scale of 0, and no gradient reaches it until
 * someone writes weights and a scale for it. Throws `RangeError` on another number of channels.
 */
export function withChannels(
  parameter: Parameter,
  lists: Uint32Array,
  subset: string,
  channels: Uint32Array,
): Uint32Array<ArrayBuffer> | null {
  const places = parameter.subsets.filter((place) => place.subset.name === subset);
  if (places.length === 0) return null;
  const changed = Uint32Array.from(lists);
  for (const { subset: of, at } of places) {
    if (channels.length !== of.live || channels.some((channel) => channel >= of.of)) {
      throw new RangeError(
        `${parameter.name}: ${of.live} of ${of.of} channels live, not ${channels.join(', ')}`,
      );
    }
    changed.set(channels, at);
  }
  return changed;
}

/** The number, from 1, of the entry that each float of the storage holds; 0: none. */
function entriesOf(parameter: Parameter, lists: Uint32Array): Uint32Array {
  // As bits of floats, which are small numbers and copied as they are, where floats end at 2^24.
  const numbers = new Uint32Array(parameter.shape.reduce((product, extent) => product * extent, 1));
  for (let i = 0; i < numbers.length; i++) numbers[i] = i + 1;
  return new Uint32Array(parameter.pack(new Float32Array(numbers.buffer), lists).buffer);
}

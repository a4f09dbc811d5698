/**
 * The lists of channels: a subset's live channels, in the order in which narrow weights hold them. Every parameter of
 * the tensor, on either side of it, carries them among its own lists.
 */
import type { Parameter } from '../../../nn/tensor/parameter.ts';

/**
 * A parameter's lists after the channels of the tensor that layer `subset` computes have become `channels`;
 * null if the parameter has nothing of that tensor. Norms find their channels by the lists of
 * their scales. The values of a grown channel are the caller's to write: with zeros in its weights, in its scale and in
 * what reads it, no gradient would reach it. Throws `RangeError` on another number of channels.
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

/**
 * The list of live channels after `dropped` have given their places to `grown`, in the order of both; all
 * others stay where they are. Throws `RangeError` unless as many live ones are dropped as others are grown.
 */
export function swapChannels(
  list: Uint32Array,
  dropped: readonly number[],
  grown: readonly number[],
): Uint32Array<ArrayBuffer> {
  if (dropped.length !== grown.length) {
    throw new RangeError(`${dropped.length} channels dropped, ${grown.length} grown`);
  }
  const swapped = Uint32Array.from(list);
  dropped.forEach((channel, i) => {
    const at = list.indexOf(channel);
    if (at < 0) throw new RangeError(`channel ${channel} is dropped but not live`);
    swapped[at] = grown[i]!;
  });
  if (new Set(swapped).size < swapped.length) {
    throw new RangeError(`channels ${grown.join(', ')} grow beside themselves`);
  }
  return swapped;
}

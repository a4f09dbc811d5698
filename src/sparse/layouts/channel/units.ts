/**
 * Filters that come and go, each with its norm's scale and shift, or its bias, and the weights that read it.
 * The network keeps its size: as many come as go. A filter that comes starts from its initial weights, scale and
 * shift, and the weights that read it start from 0: so it changes no output yet, but those weights have a gradient.
 * (With zeros on both sides neither would ever have one.)
 */
import { initialValues } from '../../../nn/tensor/init.ts';
import type { ChannelSubset } from '../../../nn/tensor/channel-subset.ts';
import type { Parameter } from '../../../nn/tensor/parameter.ts';
import { liveAt } from '../../budget.ts';
import {
  meanByUnit,
  type FloatRange,
  type MaskUnits,
  type ParameterChange,
} from '../../mask/mask-units.ts';
import { swapChannels, withChannels } from './channel-lists.ts';

/** The channels of the tensor that `subset` is of; `parameters` are all of the network's that belong to it. */
export function channelUnits(subset: ChannelSubset, parameters: readonly Parameter[]): MaskUnits {
  const { name, of, live } = subset;
  const placeIn = (parameter: Parameter) =>
    parameter.subsets.find((place) => place.subset.name === name)!;
  const channelsIn = (parameter: Parameter, lists: Uint32Array) => {
    const { at } = placeIn(parameter);
    return lists.subarray(at, at + live);
  };
  const [first] = parameters;
  if (!first) throw new RangeError(`${name}: a subset of channels without parameters`);
  /** The channel that an entry of a parameter belongs to. */
  const channelOf = (parameter: Parameter): ((entry: number) => number) => {
    const [, width = 1, ...rest] = parameter.shape;
    const inner = rest.reduce((product, extent) => product * extent, 1);
    return isOwn(parameter, name)
      ? (entry) => Math.floor(entry / (width * inner))
      : (entry) => Math.floor(entry / inner) % width;
  };
  const sizeOf = ({ shape }: Parameter) => shape.reduce((product, extent) => product * extent, 1);
  const weights = parameters.filter(({ role }) => role === 'matrix');

  return {
    name,
    count: of,
    grid: {
      kind: 'filter',
      taps: 1,
      rows: of,
      columns: 1,
      strides: [0, 1, 0],
      extent: [1, first.shape[1] ?? 1],
    },
    groups: 1,
    groupOf: () => 0,
    weights,
    parameters,
    unitsAt: (density) => liveAt(1 - density, of),
    live: (lists) => {
      const mask = new Uint8Array(of);
      for (const channel of channelsIn(first, lists(first.name))) mask[channel] = 1;
      return mask;
    },
    // Weights of filters that are left out count as 0, in every filter's mean alike, so the order is not affected.
    scores: (magnitudes) => {
      const means = weights.map((parameter) =>
        meanByUnit(of, magnitudes(parameter.name), channelOf(parameter)),
      );
      const sizes = weights.map((parameter) => sizeOf(parameter) / of);
      const whole = sizes.reduce((sum, size) => sum + size, 0);
      return Float32Array.from(
        { length: of },
        (_, c) => means.reduce((sum, mean, i) => sum + mean[c]! * sizes[i]!, 0) / whole,
      );
    },
    start: (units, _, lists) =>
      new Map(
        parameters.map((parameter) => [
          parameter.name,
          withChannels(parameter, lists(parameter.name), name, units)!,
        ]),
      ),
    change: (lists, dropped, grown, _, seed) => {
      const after = swapChannels(
        channelsIn(first, lists(first.name)),
        Array.from(dropped),
        Array.from(grown),
      );
      const comes = new Set(grown);
      return parameters.map((parameter): ParameterChange => {
        const changed = withChannels(parameter, lists(parameter.name), name, after)!;
        const channel = channelOf(parameter);
        const marks = Float32Array.from({ length: sizeOf(parameter) }, (_, entry) =>
          comes.has(channel(entry)) ? 1 : 0,
        );
        const zeroed = rangesOf(parameter.pack(marks, changed));
        const values = isOwn(parameter, name)
          ? initialValues(parameter, seed).map((value, entry) => value * marks[entry]!)
          : null;
        const fresh = values && parameter.pack(values, changed);
        return { parameter, lists: changed, zeroed, fresh };
      });
    },
  };
}

/** Whether a parameter makes the channels of the tensor that layer `subset` computes, and does not read them. */
function isOwn({ subsets }: Parameter, subset: string): boolean {
  return subsets.some(({ subset: { name }, along }) => name === subset && along === 'rows');
}

/** Runs of numbers other than 0. */
function rangesOf(marks: Float32Array): FloatRange[] {
  const ranges: FloatRange[] = [];
  for (let at = 0; at < marks.length; at++) {
    const first = at;
    while (at < marks.length && marks[at] !== 0) at++;
    if (at > first) ranges.push({ at: first, length: at - first });
  }
  return ranges;
}

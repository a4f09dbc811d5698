/** Single weights that come and go. Weights are numbered as in PyTorch's order. */
import { denseLayout } from '../../../nn/convolution/dense-layout.ts';
import type { Parameter } from '../../../nn/tensor/parameter.ts';
import type { ConvolutionShape } from '../../../nn/compile/weight-layout.ts';
import { liveAt } from '../../budget.ts';
import { changeOfLists } from '../../mask/reassigned-slots.ts';
import { meanByUnit, type MaskUnits } from '../../mask/mask-units.ts';
import { unstructuredMask } from './layout.ts';

export function unstructuredUnits(
  name: string,
  shape: ConvolutionShape,
  weight: Parameter,
): MaskUnits {
  const { outChannels, inChannels, kernel } = shape;
  const taps = kernel ** 2;
  const count = outChannels * inChannels * taps;
  /** 1 for each weight that lives; the lists may end before the storage's last, padded vector. */
  const maskIn = (lists: Uint32Array): Float32Array<ArrayBuffer> => {
    const stored = new Float32Array(denseLayout.storage(shape));
    for (let i = 0; i < stored.length; i++) stored[i] = ((lists[i >> 5] ?? 0) >>> (i & 31)) & 1;
    return denseLayout.unpack(shape, stored);
  };
  const listsOf = (mask: Float32Array): Uint32Array<ArrayBuffer> => {
    const lists = new Uint32Array(weight.lists?.words ?? 0);
    lists.set(unstructuredMask(shape, mask));
    return lists;
  };

  return {
    name,
    count,
    grid: {
      kind: 'weight',
      taps,
      rows: outChannels,
      columns: inChannels,
      strides: [1, inChannels * taps, taps],
      extent: [1, 1],
    },
    groups: 1,
    groupOf: () => 0,
    weights: [weight],
    parameters: [weight],
    unitsAt: (density) => liveAt(1 - density, count),
    live: (lists) => Uint8Array.from(maskIn(lists(weight.name))),
    scores: (magnitudes) => meanByUnit(count, magnitudes(weight.name), (entry) => entry),
    start: (units) => {
      const mask = new Float32Array(count);
      for (const unit of units) mask[unit] = 1;
      return new Map([[weight.name, listsOf(mask)]]);
    },
    change: (lists, dropped, grown) => {
      const before = lists(weight.name);
      const mask = maskIn(before);
      for (const unit of dropped) mask[unit] = 0;
      const between = listsOf(mask);
      for (const unit of grown) mask[unit] = 1;
      return [changeOfLists(weight, [before, between, listsOf(mask)])];
    },
  };
}

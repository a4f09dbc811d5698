/** A network without some channels of its inner tensors; each of these tensors has units of its own. */
import { denseLayout } from '../../../nn/convolution/dense-layout.ts';
import type { Network } from '../../../nn/compile/graph.ts';
import type { ChannelSubset } from '../../../nn/tensor/channel-subset.ts';
import type { Parameter } from '../../../nn/tensor/parameter.ts';
import type { MaskUnits } from '../../mask/mask-units.ts';
import type { LayoutFactory } from '../network-layout.ts';
import { channelChoice } from './layout.ts';
import { channelUnits } from './units.ts';

export const channelNetwork: LayoutFactory = (options) => ({
  layoutFor: () => denseLayout,
  channelsFor: channelChoice(options),
  unitsOf,
});

function unitsOf({ layers }: Network): readonly MaskUnits[] {
  const subsets = new Map<string, { subset: ChannelSubset; parameters: Parameter[] }>();
  for (const parameter of layers.flatMap((layer) => layer.parameters)) {
    for (const { subset } of parameter.subsets) {
      const found = subsets.get(subset.name) ?? { subset, parameters: [] };
      found.parameters.push(parameter);
      subsets.set(subset.name, found);
    }
  }
  return [...subsets.values()].map(({ subset, parameters }) => channelUnits(subset, parameters));
}

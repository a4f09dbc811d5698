/** Which layers of a network are sparse: all but those that the papers keep dense. */
import { denseLayout } from '../../nn/convolution/dense-layout.ts';
import type { LayoutChoice, WeightLayout } from '../../nn/compile/weight-layout.ts';

/** Channels of an image; a convolution that reads so few is a stem. */
const IMAGE_CHANNELS = 3;

/** `layout`, or what it chooses, for every layer but the stem, the 1×1 shortcuts and the head (2 % of a ResNet-18). */
export function sparseLayers(layout: WeightLayout | LayoutChoice): LayoutChoice {
  const choose = typeof layout === 'function' ? layout : () => layout;
  return (name, shape) =>
    shape.inChannels <= IMAGE_CHANNELS || name === 'classifier' || name.includes('shortcut')
      ? denseLayout
      : choose(name, shape);
}

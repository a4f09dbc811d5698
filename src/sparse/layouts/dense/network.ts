/** A network whose weights are all dense. */
import { denseLayout } from '../../../nn/convolution/dense-layout.ts';
import { weightsLayout, type LayoutFactory } from '../network-layout.ts';

export const denseNetwork: LayoutFactory = () => weightsLayout(() => denseLayout);

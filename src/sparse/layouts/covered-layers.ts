/** The choice of a layer's layout by a scheme: its own for the layers that its mask covers, dense for all others. */
import { denseLayout } from '../../nn/convolution/dense-layout.ts';
import type { LayoutChoice, WeightLayout } from '../../nn/compile/weight-layout.ts';
import type { WeightMask } from './scheme.ts';

/** `layoutOf` is asked with the names of covered layers; a scheme without a mask over weights covers none. */
export function coveredLayers(
  weights: Pick<WeightMask, 'covers'> | null,
  layoutOf: (layer: string) => WeightLayout,
): LayoutChoice {
  return (name, shape, role) => (weights?.covers(shape, role) ? layoutOf(name) : denseLayout);
}

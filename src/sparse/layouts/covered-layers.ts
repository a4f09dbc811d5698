/** The choice of a layer's layout by a scheme: its own for the layers that its mask covers, dense for all others. */
import { denseLayout } from '../../nn/convolution/dense-layout.ts';
import type { LayoutChoice, WeightLayout } from '../../nn/compile/weight-layout.ts';
import type { LayoutScheme } from './scheme.ts';

/** `layoutOf` is asked with the names of covered layers. */
export function coveredLayers(
  { weights }: Pick<LayoutScheme, 'weights'>,
  layoutOf: (layer: string) => WeightLayout,
): LayoutChoice {
  return (name, shape, role) => (weights?.covers(shape, role) ? layoutOf(name) : denseLayout);
}

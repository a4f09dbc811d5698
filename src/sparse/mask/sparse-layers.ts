/** Which layers of a network are sparse, by their role: those of the body, as the papers have it. */
import { denseLayout } from '../../nn/convolution/dense-layout.ts';
import type { LayoutChoice, WeightLayout } from '../../nn/compile/weight-layout.ts';

/**
 * `layout`, or what it chooses, for the layers of the body. The stem, the 1×1 shortcuts and the head stay dense (2 % of
 * a ResNet-18), and so do embeddings.
 */
export function sparseLayers(layout: WeightLayout | LayoutChoice): LayoutChoice {
  const choose = typeof layout === 'function' ? layout : () => layout;
  return (name, shape, role) => (role === 'body' ? choose(name, shape, role) : denseLayout);
}

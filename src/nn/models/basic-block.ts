/**
 * The residual block of He et al. (2016) with two 3×3 convolutions; where shape changes, the shortcut is a
 * 1×1 convolution with a norm. The tensor between the two convolutions is inner: nothing else depends on its
 * number of channels. Modules are named as in the public PyTorch implementations.
 */
import type { GraphBuilder } from '../compile/graph.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { InitRule } from '../tensor/init.ts';
import { convolution } from '../layers/convolution.ts';
import { norm } from '../layers/norm.ts';

/** Initial weights of a convolution with `outChannels` filters of `kernel`²; left out, PyTorch's default. */
export type ConvolutionInit = (outChannels: number, kernel: number) => InitRule;

export function basicBlock(
  graph: GraphBuilder,
  name: string,
  x: Tensor,
  channels: number,
  stride: 1 | 2,
  init?: ConvolutionInit,
): Tensor {
  const rule = (kernel: 1 | 3) => (init ? { init: init(channels, kernel) } : {});
  // The shortcut is emitted first, so that its input gradient is emitted last and adds to that of the main path. With
  // stride 2 it reaches one pixel of four, and the other three need not be written then.
  let shortcut = x;
  if (stride !== 1 || x.channels !== channels) {
    shortcut = convolution(graph, `${name}.shortcut.0`, x, channels, {
      role: 'shortcut',
      kernel: 1,
      stride,
      ...rule(1),
    });
    shortcut = norm(graph, `${name}.shortcut.1`, shortcut);
  }
  let y = convolution(graph, `${name}.conv1`, x, channels, { stride, inner: true, ...rule(3) });
  y = norm(graph, `${name}.bn1`, y, { relu: true });
  y = convolution(graph, `${name}.conv2`, y, channels, rule(3));
  return norm(graph, `${name}.bn2`, y, { relu: true, residual: shortcut });
}

/**
 * The plain gradient of a net whose norms go by given statistics, as in evaluation: there dx = γ/σ · dz, where
 * `network.ts` has the gradient of norms that look at their own batch.
 */
import { globalAveragePoolBackward } from './average-pool.ts';
import { NORM_EPSILON } from './batch-norm.ts';
import { convolutionInputGradient, convolutionWeightGradient } from './convolution.ts';
import { linearBackward } from './linear.ts';
import type { Forward, Network, NetworkState } from './network.ts';

/** For chains of convolutions, norms with ReLU, a global pool and a linear head. */
export function heldBackward(
  network: Network,
  { parameters, running }: NetworkState,
  { values, extents }: Forward,
  dlogits: ArrayLike<number>,
): Map<string, Float64Array> {
  const gradients = new Map<string, Float64Array>();
  let flowing: Float64Array = Float64Array.from(dlogits);
  for (let i = network.length - 1; i >= 0; i--) {
    const node = network[i]!;
    if (node.from !== i) throw new RangeError('the net is not a chain');
    const input = values[i]!;
    const { channels, height, width } = extents[i]!;
    const area = height * width;
    const rows = input.length / (channels * area);
    if (node.kind === 'linear') {
      const weight = parameters.get(`${node.name}.weight`)!;
      const shape = { rows, inputs: channels * area, outputs: node.outputs };
      const found = linearBackward(flowing, input, weight, shape);
      gradients.set(`${node.name}.weight`, found.dweight);
      gradients.set(`${node.name}.bias`, found.dbias);
      flowing = found.dx;
    } else if (node.kind === 'globalPool') {
      flowing = globalAveragePoolBackward(flowing, area);
    } else if (node.kind === 'norm') {
      const gamma = parameters.get(`${node.name}.weight`)!;
      const { mean, variance } = running.get(node.name)!;
      const sigma = (c: number) => Math.sqrt(variance[c]! + NORM_EPSILON);
      const y = values[i + 1]!;
      const dgamma = new Float64Array(channels);
      const dbeta = new Float64Array(channels);
      flowing = flowing.map((dy, k) => {
        const c = Math.floor(k / area) % channels;
        const dz = node.relu && y[k]! <= 0 ? 0 : dy;
        dbeta[c]! += dz;
        dgamma[c]! += (dz * (input[k]! - mean[c]!)) / sigma(c);
        return (dz * gamma[c]!) / sigma(c);
      });
      gradients.set(`${node.name}.weight`, dgamma);
      gradients.set(`${node.name}.bias`, dbeta);
    } else if (node.kind === 'convolution') {
      const weight = parameters.get(`${node.name}.weight`)!;
      const shape = {
        rows,
        inputChannels: channels,
        height,
        width,
        outputChannels: node.channels,
        kernel: node.kernel,
        stride: node.stride,
        padding: Math.floor(node.kernel / 2),
      };
      gradients.set(`${node.name}.weight`, convolutionWeightGradient(input, flowing, shape));
      if (i > 0) flowing = convolutionInputGradient(flowing, weight, shape);
    } else {
      throw new RangeError(`no ${node.kind} here`);
    }
  }
  return gradients;
}

/**
 * The gradients of a small sparse network against finite differences of its own loss, one layout of the
 * weights after the other: strides 1 and 2, 3×3 and 1×1 kernels, a norm of two groups (one ragged), a residual
 * and a linear head, along directions that stay where weights live.
 */
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { averagePool } from '../../src/nn/layers/pool.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import type { LayoutName } from '../../src/sparse/layouts/registry.ts';
import { uniformTensor, ROLE_STREAM } from '../reference/inputs.ts';
import type { Group, RowRecord } from './batch.ts';
import { networkOf } from './frame.ts';
import { checkSlopes } from './slopes.ts';
import { NETWORK_LAYOUTS } from './network-layouts.ts';

const CLASSES = 5;
const GROUPS: readonly Group[] = [
  { capacity: 4, live: 4 },
  { capacity: 4, live: 3 },
];
const RECORDS: readonly RowRecord[] = [
  { source: 'stream', label: 1, crossEntropy: 0.3 },
  { source: 'stream', label: 2, crossEntropy: 0.3, classes: 'task' },
  { source: 'buffer', label: 4, mse: 0.5, logitSlot: 0 },
  { source: 'buffer', label: 0, crossEntropy: 0.4 },
  { source: 'buffer', label: 3, crossEntropy: 0.2, mse: 0.2, logitSlot: 2 },
  { source: 'buffer', label: 1, crossEntropy: 0.1, mse: 0.3, classes: 'task', logitSlot: 3 },
  { source: 'stream', label: 3, crossEntropy: 0.3, classes: 'task' },
];

/** Each layout's seed, and live weights of conv2 [8, 6, 3, 3], which reads 2 of 6 channels in the channel layout. */
const CASES: Readonly<Record<LayoutName, { readonly seed: number; readonly live: number }>> = {
  dense: { seed: 3, live: 432 },
  block: { seed: 3, live: 176 },
  pattern: { seed: 3, live: 172 },
  channel: { seed: 4, live: 144 },
  unstructured: { seed: 8, live: 173 },
};

function build(name: LayoutName) {
  const { layoutFor, channelsFor } = NETWORK_LAYOUTS[name]({ sparsity: 0.6, block: '4x2' });
  const x = tensor('x', 4, 6, 5);
  const graph = new GraphBuilder(1, 1, 1, layoutFor, channelsFor);
  const a = norm(graph, 'bn1', convolution(graph, 'conv1', x, 6, { inner: true }), { relu: true });
  const b = convolution(graph, 'conv2', a, 8, { stride: 2 });
  const skip = norm(graph, 'bn3', convolution(graph, 'conv3', a, 8, { kernel: 1, stride: 2 }));
  const c = norm(graph, 'bn2', b, { relu: true, residual: skip });
  const d = relu(graph, 'relu', convolution(graph, 'conv4', c, 7, { inner: true }));
  const logits = linear(graph, 'fc', averagePool(graph, 'pool', d, 3, 2), CLASSES);
  return { network: networkOf(logits, graph.layers), kinks: [a, c, d] };
}

test.each(Object.keys(CASES) as LayoutName[])('%s', async (name) => {
  const { seed, live: expected } = CASES[name];
  const { network, kinks } = build(name);
  const conv2 = network.layers.flatMap((l) => l.parameters).find((p) => p.name === 'conv2.weight')!;
  const lists = conv2.lists?.initial(seed);
  const ones = new Float32Array(432).fill(1);
  const live = conv2.unpack(conv2.pack(ones, lists), lists);
  expect(live.reduce((sum, value) => sum + value, 0)).toBe(expected);
  const compared = await checkSlopes({
    ...{ seed, network, kinks, groups: GROUPS, records: RECORDS },
    storedLogits: uniformTensor(5, ROLE_STREAM.target, 20),
  });
  expect(compared).toHaveLength(13);
});

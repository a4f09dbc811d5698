/**
 * The gradients of a small network against finite differences of its own loss (`slopes.ts`), with every
 * layer, two norm groups (one ragged), a residual and all three loss terms at once.
 */
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { tensor, type Tensor } from '../../src/nn/tensor/tensor.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { averagePool } from '../../src/nn/layers/pool.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { ROLE_STREAM, uniformTensor } from '../reference/inputs.ts';
import type { Group, RowRecord } from './batch.ts';
import { networkOf } from './frame.ts';
import { checkSlopes } from './slopes.ts';

const CLASSES = 5;
const GROUPS: readonly Group[] = [
  { capacity: 4, live: 4 },
  { capacity: 4, live: 3 },
];

/** Strides 1 and 2, a projection beside them, and everything between images and logits. */
function build(x: Tensor) {
  const graph = new GraphBuilder(1, 1, 1);
  const a = norm(graph, 'bn1', convolution(graph, 'conv1', x, 5), { relu: true });
  const b = convolution(graph, 'conv2', a, 6, { stride: 2 });
  const skip = norm(graph, 'bn3', convolution(graph, 'conv3', a, 6, { kernel: 1, stride: 2 }));
  const c = norm(graph, 'bn2', b, { relu: true, residual: skip });
  const d = relu(graph, 'relu', convolution(graph, 'conv4', c, 7, { kernel: 1 }));
  const logits = linear(graph, 'fc', averagePool(graph, 'pool', d, 3, 2), CLASSES);
  return { network: networkOf(logits, graph.layers), kinks: [a, c, d] };
}

/** Every kind of row: plain and masked cross-entropy, stored logits by MSE and by KL, and all at once. */
const RECORDS: readonly RowRecord[] = [
  { source: 'stream', label: 1, crossEntropy: 0.3 },
  { source: 'stream', label: 2, crossEntropy: 0.3, classes: 'task' },
  { source: 'buffer', label: 4, mse: 0.5, logitSlot: 0 },
  { source: 'buffer', label: 0, kl: 0.4, temperature: 2, logitSlot: 1 },
  { source: 'buffer', label: 3, crossEntropy: 0.2, mse: 0.2, logitSlot: 2 },
  {
    source: 'buffer',
    label: 1,
    crossEntropy: 0.1,
    mse: 0.3,
    kl: 0.2,
    temperature: 0.5,
    classes: 'task',
    logitSlot: 3,
  },
  { source: 'stream', label: 3, crossEntropy: 0.3, classes: 'task' },
];

/** The terms of LwF, FDR and iCaRL, over sets of classes and over all; outputs 1, 2 and 3 are the task's. */
const MORE_RECORDS: readonly RowRecord[] = [
  {
    source: 'stream',
    label: 1,
    crossEntropy: 0.3,
    classes: 'seen',
    kl: 0.5,
    temperature: 2,
    held: 'seen',
    logitSlot: 4,
  },
  { source: 'buffer', label: 4, distance: 0.5, logitSlot: 0 },
  { source: 'buffer', label: 0, distance: 0.4, temperature: 2, held: 'task', logitSlot: 1 },
  { source: 'stream', label: 3, binary: 0.8, classes: 'seen', held: 'past', logitSlot: 2 },
  { source: 'stream', label: 2, binary: 0.5, classes: 'seen' },
  { source: 'buffer', label: 1, crossEntropy: 0.1, distance: 0.3, binary: 0.4, logitSlot: 3 },
  { source: 'stream', label: 3, binary: 0.3, classes: 'task', held: 'task', logitSlot: 3 },
];

test.each([
  ['labels and stored logits', RECORDS],
  ['old answers, distances and sigmoids', MORE_RECORDS],
])('every gradient is the slope of the loss: %s', async (_, records) => {
  const x = tensor('x', 3, 6, 5);
  const { network, kinks } = build(x);
  const compared = await checkSlopes({
    seed: 5,
    network,
    kinks,
    groups: GROUPS,
    records,
    storedLogits: uniformTensor(5, ROLE_STREAM.target, 25),
  });
  expect(compared).toHaveLength(network.layers.flatMap(({ parameters }) => parameters).length + 1);
});

/**
 * The gradients of a small network against finite differences of its own loss: a check on the GPU's own
 * authority, with every layer, two norm groups (one ragged), a residual and all three loss terms at once.
 *
 * The loss is float32, so the difference that one entry makes drowns in rounding. A derivative along a
 * direction has the signal of a whole tensor: for unit u, (L(w + hu) − L(w − hu)) / 2h = g·u + O(h²) + εL/h,
 * with ε ≈ 1e-7 for the rounding of a loss L. Directions are g itself, along which a mistake of scale shows
 * most, and random signs, which meet any other. A ReLU that switches within ±h would spoil the difference,
 * so h is halved until none does: only smooth points are compared.
 */
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/nn/graph.ts';
import { tensor, type Tensor } from '../../src/nn/tensor.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { emitLoss } from '../../src/nn/layers/loss.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { averagePool } from '../../src/nn/layers/pool.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { hashU32 } from '../../src/gpu/rng.ts';
import { ROLE_STREAM, streamOfName, uniformTensor } from '../reference/inputs.ts';
import {
  fromBatchInnermost,
  placeRows,
  toBatchInnermost,
  type Group,
  type RowRecord,
} from './batch.ts';
import { noErrors, readFloats, upload } from './engine.ts';
import { areaOf, frame, networkOf } from './frame.ts';

const LONGEST = 2 ** -8;
const SHORTEST = 2 ** -12;
/** Of ‖g‖, for what h² leaves; and of the loss, for rounding. */
const TOLERANCE = 5e-4;
const ROUNDING = 2e-7;
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

const norm2 = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
const unit = (values: ArrayLike<number>) => {
  const length = norm2(values);
  return Array.from(values, (value) => value / length);
};
const dot = (a: ArrayLike<number>, b: readonly number[]) =>
  b.reduce((sum, value, i) => sum + value * a[i]!, 0);

test('every gradient is the slope of the loss', async () => {
  const x = tensor('x', 3, 6, 5);
  const { network, kinks } = build(x);
  const framed = await frame(network, GROUPS, { seed: 5 });
  const { device, store, emit, total, rows } = framed;
  for (const layer of network.layers) layer.forward(emit);
  const rowLoss = emitLoss(emit, network, {
    rows: upload(device, 'rows', placeRows(framed, RECORDS)),
    storedLogits: upload(device, 'stored logits', uniformTensor(5, ROLE_STREAM.target, 20)),
  });
  emit.beginBackward();
  for (const layer of network.layers.toReversed()) layer.backward(emit);
  const { submitter, buffer, write } = await framed.plan();
  // Scales and shifts other than 1 and 0, lest a factor go unseen; a head steep enough to matter.
  for (const name of store.names) {
    const values = await store.read(name);
    const shift = name.endsWith('.weight') ? 1 : 0;
    if (name.startsWith('bn')) {
      store.write(name, uniformTensor(5, streamOfName(name), values.length, 0.5, shift));
    }
    if (name === 'fc.weight')
      store.write(
        name,
        values.map((value) => 4 * value),
      );
  }
  framed.scalars({ taskFirst: 1, taskCount: 3 });

  /** Loss, and which units are on, at the values that are set. */
  const evaluate = async () => {
    await submitter.run();
    const perRow = await readFloats(device, buffer(rowLoss), total * 4);
    const on: boolean[] = [];
    for (const kink of kinks) {
      const values = await readFloats(device, buffer(emit.value(kink)), areaOf(kink) * total);
      for (const value of fromBatchInnermost(values, areaOf(kink), framed)) on.push(value > 0);
    }
    return { loss: rows.reduce((sum, row) => sum + perRow[4 * row]!, 0), on };
  };
  const images = uniformTensor(5, ROLE_STREAM.x, areaOf(x) * rows.length);
  const setImages = (values: Float32Array) => {
    write(emit.value(x), toBatchInnermost(values, areaOf(x), framed));
  };
  setImages(images);
  const base = await evaluate();
  // Kinks are there to be stepped over: neither all units are on nor all off.
  expect(base.on.filter(Boolean).length / base.on.length).toBeGreaterThan(0.2);
  expect(base.on.filter(Boolean).length / base.on.length).toBeLessThan(0.8);

  const inputGradient = await readFloats(device, buffer(emit.gradient(x)), areaOf(x) * total);
  const tensors = await Promise.all(
    store.names.map(async (name) => ({
      name,
      values: await store.read(name),
      gradient: await store.readGradient(name),
      set: (values: Float32Array) => {
        store.write(name, values);
      },
    })),
  );
  tensors.push({
    name: 'images',
    values: images,
    gradient: fromBatchInnermost(inputGradient, areaOf(x), framed),
    set: setImages,
  });
  for (const [t, { name, values, gradient, set }] of tensors.entries()) {
    const signs = (stream: number) => values.map((_, i) => (hashU32(t, stream, i) & 1 ? 1 : -1));
    for (const direction of [gradient, signs(1), signs(2)].map(unit)) {
      const at = async (h: number) => {
        set(values.map((value, i) => value + h * direction[i]!));
        return evaluate();
      };
      let h = 2 * LONGEST;
      let [above, below] = [base, base];
      do {
        h /= 2;
        [above, below] = [await at(h), await at(-h)];
      } while (base.on.some((on, i) => above.on[i] !== on || below.on[i] !== on));
      expect(h, `a smooth step of ${name}`).toBeGreaterThanOrEqual(SHORTEST);
      const slope = (above.loss - below.loss) / (2 * h);
      const error = Math.abs(slope - dot(gradient, direction));
      const allowed = TOLERANCE * norm2(gradient) + (ROUNDING * base.loss) / h;
      // What is allowed leaves most of the signal to be compared.
      expect(allowed, name).toBeLessThan(0.02 * norm2(gradient));
      expect(error, name).toBeLessThan(allowed);
    }
    set(values);
  }
  await noErrors();
  device.memory.releaseAll();
});

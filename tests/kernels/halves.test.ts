/**
 * Activations kept as halves: every kernel that reads or writes them against the plain version fed with
 * the rounded inputs. Sums and gradients stay in float32, so only what is stored is less exact.
 */
import { describe, expect, test } from 'vitest';
import { emitGather } from '../../src/continual/batch/batch-input.ts';
import { ImageStore } from '../../src/continual/buffer/image-store.ts';
import { IMAGE_BYTES, IMAGE_SIZE } from '../../src/data/image-set.ts';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { add } from '../../src/nn/layers/add.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { averagePool, globalAveragePool } from '../../src/nn/layers/pool.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { tensor, type Tensor } from '../../src/nn/tensor/tensor.ts';
import { relativeError } from '../reference/compare.ts';
import {
  CIFAR10_MEAN,
  CIFAR10_STD,
  imageBytes,
  ROLE_STREAM,
  uniformTensor,
  type Role,
} from '../reference/inputs.ts';
import * as plainAdd from '../reference/plain/add.ts';
import { augment } from '../reference/plain/augment.ts';
import * as plainPool from '../reference/plain/average-pool.ts';
import * as plainNorm from '../reference/plain/batch-norm.ts';
import { cases } from '../setup/cases.ts';
import { drawOf } from './augment-draws.ts';
import { fromBatchInnermost, one, rowRecords, toBatchInnermost, type Group } from './batch.ts';
import { gpu, noErrors, readFloats, upload } from './engine.ts';
import { areaOf, frame, GARBAGE, networkOf } from './frame.ts';
import { nearestHalf, packHalves, unpackHalves } from './halves.ts';

/** What float32 sums come to; gradients are never stored as halves. */
const TOLERANCE = 5e-5;
/** One rounding to 11 bits; WGSL lets it go to either neighbour. */
const STORED = 2 ** -10;

const HALVES = { activations: 'f16' } as const;

const draw = (role: Role, size: number, scale = 1, shift = 0) =>
  uniformTensor(1, ROLE_STREAM[role], size, scale, shift).map(nearestHalf);

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string, most: number) {
  expect(relativeError(actual, expected), what).toBeLessThanOrEqual(most);
}

interface HalfRun {
  readonly build: (graph: GraphBuilder, inputs: readonly Tensor[]) => Tensor;
  /** Planes, and values as PyTorch has them. */
  readonly inputs: readonly { readonly planes: Planes; readonly values: Float32Array }[];
  readonly groups: readonly Group[];
  readonly parameters?: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  readonly gradient: Float32Array;
}

type Planes = readonly [channels: number, height: number, width: number];

/** Runs layers forward and backward with values as halves. */
async function run({ build, inputs, groups, parameters = {}, gradient }: HalfRun) {
  const graph = new GraphBuilder(1, 1, 1);
  const tensors = inputs.map(({ planes }, i) => tensor(`x${i}`, ...planes));
  const output = build(graph, tensors);
  const framed = await frame(networkOf(output, graph.layers), groups, HALVES);
  const { device, store, emit } = framed;
  for (const [name, values] of Object.entries(parameters)) store.write(name, values);
  for (const layer of graph.layers) layer.forward(emit);
  emit.accumulates(output);
  emit.beginBackward();
  for (const layer of graph.layers.toReversed()) layer.backward(emit);
  const { submitter, buffer, write } = await framed.plan();
  tensors.forEach((x, i) => {
    const values = toBatchInnermost(inputs[i]!.values, areaOf(x), framed, GARBAGE);
    write(emit.value(x), x.planes ? packHalves(values) : values);
  });
  write(emit.gradient(output), toBatchInnermost(gradient, areaOf(output), framed));
  await submitter.run();
  const numbers = areaOf(output) * framed.total;
  const stored = buffer(emit.value(output));
  const y = output.planes
    ? unpackHalves(await readFloats(device, stored, numbers / 2))
    : await readFloats(device, stored, numbers);
  const read = async (x: Tensor) => {
    const values = await readFloats(device, buffer(emit.gradient(x)), areaOf(x) * framed.total);
    return fromBatchInnermost(values, areaOf(x), framed);
  };
  const found = {
    y: fromBatchInnermost(y, areaOf(output), framed),
    gradients: await Promise.all(tensors.map(read)),
    parameters: new Map<string, Float32Array>(),
    bytes: stored.size,
  };
  for (const name of store.names) found.parameters.set(name, await store.readGradient(name));
  await noErrors();
  device.memory.releaseAll();
  return found;
}

describe('batch norm', () => {
  const combinations = cases({
    relu: [false, true],
    residual: [false, true],
    live: [[8], [3, 0, 2], [33]],
    // 17 channels of 15 × 16 pixels: runs that divide neither the plane nor one another.
    planes: [
      [4, 8, 8],
      [3, 3, 5],
      [17, 15, 16],
    ] as Planes[],
  });
  test.each(combinations.map((options) => [JSON.stringify(options), options] as const))(
    '%s',
    async (_, { relu: rectified, residual, live, planes }) => {
      const [channels, height, width] = planes;
      const shape = { channels, height, width };
      const rows = live.reduce((a: number, b) => a + b, 0);
      const size = rows * channels * height * width;
      const groups = live.map((count) => ({ capacity: count, live: count }));
      const [x, skip] = [draw('x', size, 2, 3), draw('residual', size)];
      const affine = { gamma: draw('weight', channels, 0.5, 1), beta: draw('bias', channels) };
      const linear = residual ? { residual: skip } : {};
      const fused = { ...linear, relu: rectified };
      const running = { mean: new Float64Array(channels), variance: new Float64Array(channels) };
      const before = plainNorm.batchNorm(x, affine, running, shape, groups, linear).y;
      // Rounding may switch a unit that stands at the kink, so no gradient comes to such a unit.
      const dy = draw('dy', size).map((value, i) =>
        rectified && Math.abs(before[i]!) < 1e-4 ? 0 : value,
      );
      const found = await run({
        build: (graph, [source, added]) =>
          norm(graph, 'bn', source!, { relu: rectified, ...(added && { residual: added }) }),
        inputs: [x, ...(residual ? [skip] : [])].map((values) => ({ planes, values })),
        groups,
        parameters: { 'bn.weight': affine.gamma, 'bn.bias': affine.beta },
        gradient: dy,
      });
      const expected = plainNorm.batchNorm(x, affine, running, shape, groups, fused);
      const gradients = plainNorm.batchNormBackward(dy, x, affine, shape, groups, fused);
      close(found.y, expected.y, 'y', STORED);
      // Halves were stored: float32 would be far closer.
      expect(relativeError(found.y, expected.y)).toBeGreaterThan(2 ** -16);
      close(found.gradients[0]!, gradients.dx, 'dx', TOLERANCE);
      if (residual) close(found.gradients[1]!, gradients.dresidual, 'dresidual', TOLERANCE);
      close(found.parameters.get('bn.weight')!, gradients.dgamma, 'dgamma', TOLERANCE);
      close(found.parameters.get('bn.bias')!, gradients.dbeta, 'dbeta', TOLERANCE);
    },
  );
});

const planes: Planes = [5, 6, 7];
const rows = 7;
const size = rows * 5 * 6 * 7;

test('addition', async () => {
  const [a, b, dy] = [draw('x', size), draw('residual', size), draw('dy', size)];
  const found = await run({
    build: (graph, [x, y]) => add(graph, 'add', x!, y!),
    inputs: [a, b].map((values) => ({ planes, values })),
    groups: one(rows),
    gradient: dy,
  });
  close(found.y, plainAdd.add(a, b), 'y', STORED);
  close(found.gradients[0]!, dy, 'gradient of the first', 0);
  close(found.gradients[1]!, dy, 'gradient of the second', 0);
});

test.each([
  { about: 'planes', flat: false },
  { about: 'a flattened view, whose output is float32', flat: true },
])('ReLU of $about', async ({ flat }) => {
  const [x, dy] = [draw('x', size), draw('dy', size)];
  const found = await run({
    build: (graph, [source]) => relu(graph, 'relu', flat ? graph.flatten(source!) : source!),
    inputs: [{ planes, values: x }],
    groups: one(rows),
    gradient: dy,
  });
  // A row of halves is 2 bytes wide, and 7 rows are padded to 8.
  expect(found.bytes).toBe(8 * 5 * 6 * 7 * (flat ? 4 : 2));
  const kept = (values: Float32Array) => values.map((value, i) => (x[i]! > 0 ? value : 0));
  close(found.y, kept(x), 'y', 0);
  close(found.gradients[0]!, kept(dy), 'dx', 0);
});

test('average pooling, of windows and of the whole plane', async () => {
  const x = draw('x', size);
  const shape = { rows, channels: 5, height: 6, width: 7, kernel: 2 };
  const windows = await run({
    build: (graph, [source]) => averagePool(graph, 'pool', source!, 2),
    inputs: [{ planes, values: x }],
    groups: one(rows),
    gradient: draw('dy', rows * 5 * 3 * 3),
  });
  close(windows.y, plainPool.averagePool(x, shape), 'windows', STORED);
  const whole = await run({
    build: (graph, [source]) => globalAveragePool(graph, 'pool', source!),
    inputs: [{ planes, values: x }],
    groups: one(rows),
    gradient: draw('dy', rows * 5),
  });
  close(whole.y, plainPool.globalAveragePool(x, 42), 'the plane', 1e-6);
});

test('the batch, gathered and augmented', async () => {
  const device = await gpu();
  const count = 5;
  const bytes = imageBytes(31, count);
  const images = new ImageStore(device, 'images', 'images', count);
  images.write(0, bytes);
  const input = tensor('input', 3, IMAGE_SIZE, IMAGE_SIZE, false);
  const framed = await frame(networkOf(input), one(8), HALVES);
  const records = Array.from({ length: 8 }, (_, index) =>
    index < count ? ({ source: 'stream', index } as const) : null,
  );
  const statistics = { mean: CIFAR10_MEAN, std: CIFAR10_STD };
  emitGather(framed.emit, input, {
    rows: upload(device, 'rows', rowRecords(records)),
    images,
    replay: images,
    statistics,
  });
  const { submitter, buffer } = await framed.plan();
  framed.scalars({ seed: 5, step: 3, augment: true });
  await submitter.run();
  const words = await readFloats(device, buffer(framed.emit.value(input)));
  expect(words.length).toBe((8 * IMAGE_BYTES) / 2);
  const draws = Array.from({ length: count }, (_, row) => drawOf(5, 3, 8, row));
  const expected = new Float64Array(8 * IMAGE_BYTES);
  expected.set(augment(bytes, draws, { size: IMAGE_SIZE, padding: 4, ...statistics }));
  const batch = fromBatchInnermost(unpackHalves(words), IMAGE_BYTES, framed);
  close(batch, expected, 'batch', STORED);
  await noErrors();
  device.memory.releaseAll();
});

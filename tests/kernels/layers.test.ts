/** Every layer, forward and backward, against PyTorch's float64 at odd sizes with padded rows. */
import { describe, expect, test } from 'vitest';
import { add } from '../../src/nn/layers/add.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { averagePool, globalAveragePool } from '../../src/nn/layers/pool.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { relativeError } from '../reference/compare.ts';
import type { BatchNormCase } from '../reference/layer-cases.ts';
import { loadLayerFixtures } from '../reference/layer-fixtures.ts';
import { one } from './batch.ts';
import { runLayers, type Extent } from './harness.ts';

const TOLERANCE = 1e-4;
const fixtures = await loadLayerFixtures();

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(relativeError(actual, expected), what).toBeLessThanOrEqual(TOLERANCE);
}

describe('convolution', () => {
  test.each(fixtures.convolution.map((c) => [c.title, c] as const))('%s', async (_, fixture) => {
    const { shape } = fixture;
    const result = await runLayers({
      build: (graph, [x]) =>
        convolution(graph, 'conv', x!, shape.outputChannels, {
          kernel: shape.kernel as 1 | 3,
          stride: shape.stride as 1 | 2,
        }),
      inputs: [{ extent: { ...shape, channels: shape.inputChannels }, values: fixture.x }],
      groups: one(shape.rows),
      parameters: { 'conv.weight': fixture.weight },
      gradient: fixture.dy,
    });
    close(result.output, fixture.y, 'y');
    close(result.inputGradients[0]!, fixture.dx, 'dx');
    close(result.parameterGradients['conv.weight']!, fixture.dweight, 'dweight');
  });
});

describe('linear', () => {
  test.each(fixtures.linear.map((c) => [c.title, c] as const))('%s', async (_, fixture) => {
    const { rows, inputs, outputs } = fixture.shape;
    const result = await runLayers({
      build: (graph, [x]) => linear(graph, 'fc', x!, outputs),
      inputs: [{ extent: { channels: inputs, height: 1, width: 1 }, values: fixture.x }],
      groups: one(rows),
      parameters: { 'fc.weight': fixture.weight, 'fc.bias': fixture.bias },
      gradient: fixture.dy,
    });
    close(result.output, fixture.y, 'y');
    close(result.inputGradients[0]!, fixture.dx, 'dx');
    close(result.parameterGradients['fc.weight']!, fixture.dweight, 'dweight');
    close(result.parameterGradients['fc.bias']!, fixture.dbias, 'dbias');
  });
});

/** The live rows of [N][C][H][W], in order. */
function live(values: Float32Array, { groups, shape }: BatchNormCase): Float32Array {
  const area = shape.channels * shape.height * shape.width;
  const rows: number[] = [];
  let first = 0;
  for (const { capacity, live: count } of groups) {
    for (let i = 0; i < count; i++) rows.push(first + i);
    first += capacity;
  }
  return Float32Array.from(
    rows.flatMap((row) => [...values.subarray(row * area, (row + 1) * area)]),
  );
}

describe('batch norm in training', () => {
  test.each(fixtures.batchNorm.map((c) => [c.title, c] as const))('%s', async (_, fixture) => {
    const { shape, residual } = fixture;
    const input = (values: Float32Array) => ({ extent: shape, values: live(values, fixture) });
    const result = await runLayers({
      build: (graph, [x, skip]) =>
        norm(graph, 'bn', x!, { relu: fixture.relu, ...(skip && { residual: skip }) }),
      inputs: [input(fixture.x), ...(residual ? [input(residual)] : [])],
      groups: fixture.groups,
      parameters: { 'bn.weight': fixture.gamma, 'bn.bias': fixture.beta },
      running: { bn: fixture.running },
      gradient: live(fixture.dy, fixture),
    });
    close(result.output, live(fixture.y, fixture), 'y');
    close(result.inputGradients[0]!, live(fixture.dx, fixture), 'dx');
    if (fixture.dresidual) {
      close(result.inputGradients[1]!, live(fixture.dresidual, fixture), 'dresidual');
    }
    close(result.parameterGradients['bn.weight']!, fixture.dgamma, 'dgamma');
    close(result.parameterGradients['bn.bias']!, fixture.dbeta, 'dbeta');
    close(result.running['bn']!.mean, fixture.runningAfter.mean, 'running mean');
    close(result.running['bn']!.variance, fixture.runningAfter.variance, 'running variance');
  });

  test('an empty group changes nothing', async () => {
    const extent: Extent = { channels: 3, height: 2, width: 3 };
    const values = Float32Array.from({ length: 3 * 18 }, (_, i) => Math.sin(i));
    const run = (groups: readonly { capacity: number; live: number }[]) =>
      runLayers({
        build: (graph, [x]) => norm(graph, 'bn', x!, { relu: true }),
        inputs: [{ extent, values }],
        groups,
        gradient: values.map((value) => value + 0.5),
      });
    const alone = await run([{ capacity: 4, live: 3 }]);
    const withEmpty = await run([
      { capacity: 4, live: 3 },
      { capacity: 8, live: 0 },
    ]);
    expect(withEmpty).toEqual(alone);
  });
});

describe('batch norm in evaluation', () => {
  test.each(fixtures.batchNormEval.map((c) => [c.title, c] as const))('%s', async (_, fixture) => {
    const { shape, residual } = fixture;
    const result = await runLayers({
      build: (graph, [x, skip]) =>
        norm(graph, 'bn', x!, { relu: fixture.relu, ...(skip && { residual: skip }) }),
      inputs: [fixture.x, ...(residual ? [residual] : [])].map((values) => ({
        extent: shape,
        values,
      })),
      groups: one(fixture.rows),
      parameters: { 'bn.weight': fixture.gamma, 'bn.bias': fixture.beta },
      running: { bn: fixture.running },
    });
    close(result.output, fixture.y, 'y');
    close(result.running['bn']!.mean, fixture.running.mean, 'running mean is left alone');
  });
});

describe('pointwise layers', () => {
  test.each(fixtures.pointwise.map((c) => [c.title, c] as const))('%s', async (_, fixture) => {
    const [rows, channels, height, width] = fixture.shape as [number, number, number, number];
    const extent = { channels, height, width };
    const rectified = await runLayers({
      build: (graph, [x]) => relu(graph, 'relu', x!),
      inputs: [{ extent, values: fixture.x }],
      groups: one(rows),
      gradient: fixture.dy,
    });
    close(rectified.output, fixture.relu, 'relu');
    close(rectified.inputGradients[0]!, fixture.reluGradient, 'relu gradient');
    const sum = await runLayers({
      build: (graph, [a, b]) => add(graph, 'add', a!, b!),
      inputs: [
        { extent, values: fixture.x },
        { extent, values: fixture.residual },
      ],
      groups: one(rows),
      gradient: fixture.dy,
    });
    close(sum.output, fixture.sum, 'sum');
    close(sum.inputGradients[0]!, fixture.dy, 'gradient of the first');
    close(sum.inputGradients[1]!, fixture.dy, 'gradient of the second');
  });
});

describe('average pooling', () => {
  test.each(fixtures.averagePool.map((c) => [c.title, c] as const))('%s', async (_, fixture) => {
    const { shape } = fixture;
    const result = await runLayers({
      build: (graph, [x]) =>
        shape.kernel === 0
          ? globalAveragePool(graph, 'pool', x!)
          : averagePool(graph, 'pool', x!, shape.kernel),
      inputs: [{ extent: shape, values: fixture.x }],
      groups: one(shape.rows),
      gradient: fixture.dy,
    });
    close(result.output, fixture.y, 'y');
    close(result.inputGradients[0]!, fixture.dx, 'dx');
  });
});

test('a tensor that is read twice gets both gradients', async () => {
  const extent: Extent = { channels: 4, height: 3, width: 3 };
  const values = Float32Array.from({ length: 4 * 36 }, (_, i) => Math.cos(i));
  const result = await runLayers({
    build: (graph, [x]) => {
      const once = relu(graph, 'a', x!);
      return add(graph, 'sum', once, add(graph, 'twice', once, x!));
    },
    inputs: [{ extent, values }],
    groups: one(4),
    gradient: new Float32Array(values.length).fill(1),
  });
  const expected = values.map((value) => (value > 0 ? 3 : 1));
  expect(relativeError(result.inputGradients[0]!, expected)).toBe(0);
});

test('pointwise layers over many spans of a workgroup, the last one partly filled', async () => {
  const extent: Extent = { channels: 9, height: 13, width: 17 };
  // 3978 vec4s: seven spans of 512 and a part of one.
  const rows = 8;
  const values = Float32Array.from({ length: rows * 9 * 13 * 17 }, (_, i) => Math.cos(i));
  const gradient = values.map((_, i) => Math.sin(i));
  const result = await runLayers({
    build: (graph, [x]) => {
      const once = relu(graph, 'a', x!);
      return add(graph, 'sum', relu(graph, 'b', x!), add(graph, 'twice', once, x!));
    },
    inputs: [{ extent, values }],
    groups: one(rows),
    gradient,
  });
  const sum = values.map((value) => (value > 0 ? 3 * value : value));
  const expected = values.map((value, i) => gradient[i]! * (value > 0 ? 3 : 1));
  expect(relativeError(result.output, sum)).toBeLessThan(1e-6);
  expect(relativeError(result.inputGradients[0]!, expected)).toBeLessThan(1e-6);
});

test('a tensor that two pools read gets both gradients', async () => {
  const extent: Extent = { channels: 3, height: 5, width: 4 };
  const result = await runLayers({
    build: (graph, [x]) =>
      add(graph, 'sum', averagePool(graph, 'a', x!, 2), averagePool(graph, 'b', x!, 2)),
    inputs: [{ extent, values: new Float32Array(60 * 2) }],
    groups: one(2),
    gradient: new Float32Array(3 * 4 * 2).fill(1),
  });
  // A quarter of the gradient from each; the last line is in no window.
  const expected = Array.from({ length: 60 * 2 }, (_, i) => (i % 20 < 16 ? 0.5 : 0));
  expect(relativeError(result.inputGradients[0]!, expected)).toBe(0);
});

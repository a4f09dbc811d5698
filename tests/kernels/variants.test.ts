/**
 * Every kernel variant against the plain versions: dense and block-sparse convolutions and linear layers at
 * sizes beside all tiles. Each case reads its input twice, so that the input's gradient is written by one
 * layer and added to by the other.
 */
import { describe, expect, test } from 'vitest';
import { add } from '../../src/nn/layers/add.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { relativeError } from '../reference/compare.ts';
import * as plain from '../reference/plain/convolution.ts';
import { linear as plainLinear, linearBackward } from '../reference/plain/linear.ts';
import { cases, type Case } from '../setup/cases.ts';
import { scope } from '../setup/scope.ts';
import { one } from './batch.ts';
import { runLayers } from './harness.ts';
import {
  choose,
  done,
  draw,
  GRADIENTS,
  PAIRS,
  TILES,
  WEIGHTS,
  weightsOf,
} from './variant-choice.ts';

const TOLERANCE = 1e-5;

const sum = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i]!);

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(relativeError(actual, expected), what).toBeLessThanOrEqual(TOLERANCE);
}

const CHANNELS = [32, 64, 17, 3, 40] as const;

const AXES = {
  variants: PAIRS,
  weights: WEIGHTS,
  inputs: CHANNELS,
  outputs: CHANNELS,
  size: [
    [4, 4],
    [5, 9],
    [12, 3],
  ],
  kernel: [3, 1],
  stride: [1, 2],
  rows: [32, 13],
} as const;

/** Pairs of values alone give this tile no dense layer that it fits. */
const missed: readonly Case<typeof AXES>[] = PAIRS.filter(
  ({ tile }) => tile === 'register 8×2×1',
).map((variants) => ({
  ...{ variants, weights: 'dense', inputs: 32, outputs: 64 },
  ...{ size: [4, 4], kernel: 3, stride: 1, rows: 32 },
}));

const convolutions = [...cases(AXES), ...(scope === 'smoke' ? [] : missed.slice(0, 1))];

describe('convolution', () => {
  test.each(
    convolutions.map((options) => {
      const { variants, weights, inputs, outputs, size, kernel, stride, rows } = options;
      const { tile, gradient } = variants;
      const layer = `${kernel}×${kernel} stride ${stride}, ${inputs}→${outputs}, ${String(weights)}`;
      return [`${tile} and ${gradient}: ${layer}, ${rows} of ${size.join('×')}`, options] as const;
    }),
  )('%s', async (_, options) => {
    const { inputs, outputs, kernel, stride, rows } = options;
    const [height, width] = options.size;
    const shape: plain.ConvolutionShape = {
      rows,
      inputChannels: inputs,
      height,
      width,
      outputChannels: outputs,
      kernel,
      stride,
      padding: kernel === 3 ? 1 : 0,
    };
    const output = plain.outputSize(shape);
    const x = draw('x', rows * inputs * height * width);
    const dy = draw('dy', rows * outputs * output.height * output.width);
    const values = draw('weight', outputs * inputs * kernel * kernel);
    const { layout, lists, mask } = weightsOf(options.weights, outputs, inputs, kernel, 5);
    const masked = values.map((value, i) => value * mask[i]!);
    const result = await runLayers({
      variants: choose(options.variants.tile, options.variants.gradient),
      build: (graph, [source]) => {
        const a = convolution(graph, 'a', source!, outputs, { kernel, stride, layout });
        const b = convolution(graph, 'b', source!, outputs, { kernel, stride, layout });
        return add(graph, 'sum', a, b);
      },
      inputs: [{ extent: { channels: inputs, height, width }, values: x }],
      groups: one(rows),
      ...(lists && { lists: { 'a.weight': lists, 'b.weight': lists } }),
      parameters: { 'a.weight': values, 'b.weight': values },
      gradient: dy,
    });
    const y = plain.convolution(x, masked, shape);
    const dx = plain.convolutionInputGradient(dy, masked, shape);
    const dweight = plain.convolutionWeightGradient(x, dy, shape).map((dw, i) => dw * mask[i]!);
    close(result.output, sum(y, y), 'y');
    close(result.inputGradients[0]!, sum(dx, dx), 'dx');
    close(result.parameterGradients['a.weight']!, dweight, 'dweight of a');
    close(result.parameterGradients['b.weight']!, dweight, 'dweight of b');
  });
});

const linears = cases({
  variants: PAIRS,
  inputs: [64, 40, 7],
  outputs: [64, 33, 10],
  rows: [256, 130],
});

describe('linear', () => {
  test.each(
    linears.map((options) => {
      const { inputs, outputs, rows } = options;
      const { tile, gradient } = options.variants;
      return [`${tile} and ${gradient}: ${rows} rows, ${inputs}→${outputs}`, options] as const;
    }),
  )('%s', async (_, options) => {
    const { inputs, outputs, rows } = options;
    const x = draw('x', rows * inputs);
    const dy = draw('dy', rows * outputs);
    const weight = draw('weight', outputs * inputs);
    const bias = draw('bias', outputs);
    const result = await runLayers({
      variants: choose(options.variants.tile, options.variants.gradient),
      build: (graph, [source]) => linear(graph, 'a', source!, outputs),
      inputs: [{ extent: { channels: inputs, height: 1, width: 1 }, values: x }],
      groups: one(rows),
      parameters: { 'a.weight': weight, 'a.bias': bias },
      gradient: dy,
    });
    const expected = linearBackward(dy, x, weight, options);
    close(result.output, plainLinear(x, weight, bias, options), 'y');
    close(result.inputGradients[0]!, expected.dx, 'dx');
    close(result.parameterGradients['a.weight']!, expected.dweight, 'dweight');
  });
});

test.skipIf(scope === 'smoke')('every variant did each of its passes, dense and in blocks', () => {
  const expected = [
    ...TILES.flatMap((name) => [`forward by ${name}`, `input-gradient by ${name}`]),
    ...GRADIENTS.map((name) => `weight-gradient by ${name}`),
  ].flatMap((what) => [`${what}, dense`, `${what}, blocks`]);
  // No block has 64 channels.
  const missing = expected.filter((what) => !done.has(what) && !/64×\d+, blocks/.test(what));
  expect(missing).toEqual([]);
});

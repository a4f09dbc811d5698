/**
 * Convolution and linear layers against the plain versions, over pairs of awkward sizes: channels beside
 * the tiles of 4 and 8, images smaller than a tile, rows that fill no vector. Each case reads its input
 * twice, so that the input's gradient is written by one layer and added to by the other.
 */
import { describe, expect, test } from 'vitest';
import { add } from '../../src/nn/layers/add.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { relativeError } from '../reference/compare.ts';
import { ROLE_STREAM, uniformTensor, type Role } from '../reference/inputs.ts';
import * as plain from '../reference/plain/convolution.ts';
import { linear as plainLinear, linearBackward } from '../reference/plain/linear.ts';
import { cases } from '../setup/cases.ts';
import { one } from './batch.ts';
import { runLayers } from './harness.ts';

/** Sums of at most 33 × 256 products in float32, each relative to the largest entry of its tensor. */
const TOLERANCE = 1e-5;

const CHANNELS = [8, 1, 3, 4, 5, 12, 16, 17, 33] as const;
const ROWS = [8, 1, 3, 5, 33] as const;

const draw = (role: Role, size: number, seed = 1) => uniformTensor(seed, ROLE_STREAM[role], size);
const sum = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i]!);

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(relativeError(actual, expected), what).toBeLessThanOrEqual(TOLERANCE);
}

const convolutions = cases({
  inputs: CHANNELS,
  outputs: CHANNELS,
  size: [
    [8, 8],
    [16, 16],
    [2, 2],
    [1, 1],
    [8, 5],
    [1, 7],
    [16, 2],
    [5, 7],
  ],
  kernel: [3, 1],
  stride: [1, 2],
  rows: ROWS,
});

describe('convolution', () => {
  test.each(
    convolutions.map((options) => {
      const { inputs, outputs, size, kernel, stride, rows } = options;
      const [height, width] = size;
      const name = `${kernel}×${kernel} stride ${stride}, ${inputs}→${outputs} channels`;
      return [`${name}, ${rows} rows of ${height}×${width}`, options] as const;
    }),
  )('%s', async (_, { inputs, outputs, size: [height, width], kernel, stride, rows }) => {
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
    const weights = [1, 2].map((seed) =>
      draw('weight', outputs * inputs * kernel * kernel, seed),
    ) as [Float32Array, Float32Array];
    const result = await runLayers({
      build: (graph, [source]) => {
        const options = { kernel, stride };
        const a = convolution(graph, 'a', source!, outputs, options);
        const b = convolution(graph, 'b', source!, outputs, options);
        return add(graph, 'sum', a, b);
      },
      inputs: [{ extent: { channels: inputs, height, width }, values: x }],
      groups: one(rows),
      parameters: { 'a.weight': weights[0], 'b.weight': weights[1] },
      gradient: dy,
    });
    const [a, b] = weights.map((weight) => ({
      y: plain.convolution(x, weight, shape),
      dx: plain.convolutionInputGradient(dy, weight, shape),
    })) as [Record<'y' | 'dx', Float64Array>, Record<'y' | 'dx', Float64Array>];
    close(result.output, sum(a.y, b.y), 'y');
    close(result.inputGradients[0]!, sum(a.dx, b.dx), 'dx');
    const dweight = plain.convolutionWeightGradient(x, dy, shape);
    close(result.parameterGradients['a.weight']!, dweight, 'dweight of a');
    close(result.parameterGradients['b.weight']!, dweight, 'dweight of b');
  });
});

const linears = cases({ inputs: [...CHANNELS, 64], outputs: [...CHANNELS, 10], rows: ROWS });

describe('linear', () => {
  test.each(
    linears.map(
      (shape) => [`${shape.rows} rows, ${shape.inputs}→${shape.outputs}`, shape] as const,
    ),
  )('%s', async (_, shape) => {
    const { inputs, outputs, rows } = shape;
    const x = draw('x', rows * inputs);
    const dy = draw('dy', rows * outputs);
    const layers = [1, 2].map((seed) => ({
      weight: draw('weight', outputs * inputs, seed),
      bias: draw('bias', outputs, seed),
    })) as [Record<'weight' | 'bias', Float32Array>, Record<'weight' | 'bias', Float32Array>];
    const result = await runLayers({
      build: (graph, [source]) =>
        add(
          graph,
          'sum',
          linear(graph, 'a', source!, outputs),
          linear(graph, 'b', source!, outputs),
        ),
      inputs: [{ extent: { channels: inputs, height: 1, width: 1 }, values: x }],
      groups: one(rows),
      parameters: {
        'a.weight': layers[0].weight,
        'a.bias': layers[0].bias,
        'b.weight': layers[1].weight,
        'b.bias': layers[1].bias,
      },
      gradient: dy,
    });
    const [a, b] = layers.map(({ weight, bias }) => ({
      y: plainLinear(x, weight, bias, shape),
      ...linearBackward(dy, x, weight, shape),
    })) as [
      Record<'y' | 'dx' | 'dweight' | 'dbias', Float64Array>,
      Record<'y' | 'dx' | 'dweight' | 'dbias', Float64Array>,
    ];
    close(result.output, sum(a.y, b.y), 'y');
    close(result.inputGradients[0]!, sum(a.dx, b.dx), 'dx');
    for (const layer of ['a', 'b']) {
      close(result.parameterGradients[`${layer}.weight`]!, a.dweight, `dweight of ${layer}`);
      close(result.parameterGradients[`${layer}.bias`]!, a.dbias, `dbias of ${layer}`);
    }
  });
});

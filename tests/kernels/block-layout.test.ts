/**
 * Block-sparse convolution and linear layers against the plain dense versions with masked weights, over
 * pairs of block shapes, channels beside the blocks, small images and ragged rows. The mask is the test's
 * own: it says which blocks live, in slots that are out of order, and masks the reference by arithmetic of
 * its own. Each case reads its input twice, so that the input's gradient is written and added to.
 */
import { describe, expect, test } from 'vitest';
import { add } from '../../src/nn/layers/add.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { blockGrid, liveBlocks } from '../../src/sparse/block-grid.ts';
import { buildLists, NONE } from '../../src/sparse/block-lists.ts';
import { blockLayout } from '../../src/sparse/layouts/block.ts';
import { hashU32 } from '../../src/gpu/rng.ts';
import { relativeError } from '../reference/compare.ts';
import { ROLE_STREAM, uniformTensor, type Role } from '../reference/inputs.ts';
import * as plain from '../reference/plain/convolution.ts';
import { linear as plainLinear, linearBackward } from '../reference/plain/linear.ts';
import { cases } from '../setup/cases.ts';
import { one } from './batch.ts';
import { runLayers } from './harness.ts';

const TOLERANCE = 1e-5;

const BLOCKS = [
  [16, 16],
  [4, 1],
  [4, 4],
  [8, 8],
  [32, 32],
  [8, 2],
  [16, 4],
  [4, 16],
  [32, 8],
  [8, 32],
] as const;
const CHANNELS = [32, 3, 8, 17, 35, 64] as const;
const SPARSITIES = [0.5, 0, 0.9, 0.99] as const;

const draw = (role: Role, size: number, seed = 1) => uniformTensor(seed, ROLE_STREAM[role], size);
const sum = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i]!);

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(relativeError(actual, expected), what).toBeLessThanOrEqual(TOLERANCE);
}

interface Masked {
  readonly outputs: number;
  readonly inputs: number;
  readonly kernel: 1 | 3;
  readonly block: readonly [number, number];
  readonly sparsity: number;
  readonly seed: number;
}

/** Whether each block of a layer lives: every fifth hash or so, one at least, as many as the sparsity leaves. */
function liveOf({ outputs, inputs, kernel, block: [rows, columns], sparsity, seed }: Masked) {
  const across = Math.ceil(inputs / columns);
  const count = Math.ceil(outputs / rows) * kernel * kernel * across;
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => hashU32(seed, 77, a) - hashU32(seed, 77, b),
  );
  const chosen = order.slice(0, liveBlocks(sparsity, count));
  const live = new Set(chosen);
  const mask = Float32Array.from({ length: outputs * inputs * kernel * kernel }, (_, at) => {
    const tap = at % (kernel * kernel);
    const i = Math.floor(at / (kernel * kernel)) % inputs;
    const o = Math.floor(at / (kernel * kernel) / inputs);
    const index = (Math.floor(o / rows) * kernel * kernel + tap) * across + Math.floor(i / columns);
    return live.has(index) ? 1 : 0;
  });
  return { chosen, mask };
}

/** The layout, and the lists of `chosen` with a free slot in the middle where there is room. */
function sparse(masked: Masked, chosen: readonly number[]) {
  const [rows, columns] = masked.block;
  const { outputs, inputs, kernel, sparsity } = masked;
  const shape = {
    outChannels: outputs,
    inChannels: inputs,
    kernel,
    stride: 1 as const,
    pad: 0 as const,
  };
  const all = blockGrid(shape, { rows, columns }, (blocks) => blocks).blocks;
  const capacity = Math.min(all, chosen.length + 1);
  const layout = blockLayout({ rows, columns, sparsity, room: capacity / all });
  const grid = blockGrid(shape, { rows, columns }, () => capacity);
  const slots = capacity > chosen.length ? [chosen[0]!, NONE, ...chosen.slice(1)] : chosen;
  return { layout, lists: buildLists(grid, slots) };
}

const times = (values: Float32Array, mask: Float32Array) =>
  values.map((value, i) => value * mask[i]!);

const convolutions = cases({
  block: BLOCKS,
  inputs: CHANNELS,
  outputs: CHANNELS,
  sparsity: SPARSITIES,
  size: [
    [8, 8],
    [2, 2],
    [1, 7],
    [5, 7],
  ],
  kernel: [3, 1],
  stride: [1, 2],
  rows: [8, 1, 5],
});

describe('block-sparse convolution', () => {
  test.each(
    convolutions.map((options) => {
      const { block, inputs, outputs, size, kernel, stride, rows, sparsity } = options;
      const name = `${block.join('×')} at ${sparsity}: ${kernel}×${kernel} stride ${stride}`;
      return [`${name}, ${inputs}→${outputs}, ${rows} rows of ${size.join('×')}`, options] as const;
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
    const layers = [1, 2].map((seed) => {
      const { chosen, mask } = liveOf({ ...options, seed });
      const values = draw('weight', outputs * inputs * kernel * kernel, seed);
      const { layout, lists } = sparse({ ...options, seed }, chosen);
      return { values, mask, layout, lists, masked: times(values, mask) };
    });
    const [first, second] = [layers[0]!, layers[1]!];
    const result = await runLayers({
      build: (graph, [source]) => {
        const build = (name: string, { layout }: typeof first) =>
          convolution(graph, name, source!, outputs, { kernel, stride, layout });
        return add(graph, 'sum', build('a', first), build('b', second));
      },
      inputs: [{ extent: { channels: inputs, height, width }, values: x }],
      groups: one(rows),
      lists: { 'a.weight': first.lists, 'b.weight': second.lists },
      parameters: { 'a.weight': first.values, 'b.weight': second.values },
      gradient: dy,
    });
    const y = (weight: Float32Array) => plain.convolution(x, weight, shape);
    const dx = (weight: Float32Array) => plain.convolutionInputGradient(dy, weight, shape);
    close(result.output, sum(y(first.masked), y(second.masked)), 'y');
    close(result.inputGradients[0]!, sum(dx(first.masked), dx(second.masked)), 'dx');
    const dweight = plain.convolutionWeightGradient(x, dy, shape);
    for (const [name, { mask }] of [['a', first] as const, ['b', second] as const]) {
      const expected = dweight.map((value, i) => value * mask[i]!);
      const actual = result.parameterGradients[`${name}.weight`]!;
      const scale = Math.max(...dweight.map(Math.abs));
      const worst = Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)));
      expect(worst / scale, `dweight of ${name}`).toBeLessThanOrEqual(TOLERANCE);
    }
  });
});

const linears = cases({
  block: BLOCKS,
  inputs: CHANNELS,
  outputs: CHANNELS,
  sparsity: SPARSITIES,
  rows: [8, 1, 5, 33],
});

describe('block-sparse linear', () => {
  test.each(
    linears.map((options) => {
      const { block, inputs, outputs, rows, sparsity } = options;
      return [
        `${block.join('×')} at ${sparsity}: ${rows} rows, ${inputs}→${outputs}`,
        options,
      ] as const;
    }),
  )('%s', async (_, options) => {
    const { inputs, outputs, rows } = options;
    const masked: Masked = { ...options, kernel: 1, seed: 3 };
    const { chosen, mask } = liveOf(masked);
    const { layout, lists } = sparse(masked, chosen);
    const x = draw('x', rows * inputs);
    const dy = draw('dy', rows * outputs);
    const weight = draw('weight', outputs * inputs);
    const bias = draw('bias', outputs);
    const result = await runLayers({
      build: (graph, [source]) => linear(graph, 'a', source!, outputs, layout),
      inputs: [{ extent: { channels: inputs, height: 1, width: 1 }, values: x }],
      groups: one(rows),
      lists: { 'a.weight': lists },
      parameters: { 'a.weight': weight, 'a.bias': bias },
      gradient: dy,
    });
    const live = times(weight, mask);
    const expected = linearBackward(dy, x, live, options);
    close(result.output, plainLinear(x, live, bias, options), 'y');
    close(result.inputGradients[0]!, expected.dx, 'dx');
    close(
      result.parameterGradients['a.weight']!,
      expected.dweight.map((value, i) => value * mask[i]!),
      'dweight',
    );
    close(result.parameterGradients['a.bias']!, expected.dbias, 'dbias');
  });
});

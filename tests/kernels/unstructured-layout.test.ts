/**
 * Unstructured sparse convolution and linear layers against the plain dense versions with masked weights. The
 * mask is the test's own, entry by entry in PyTorch's order.
 */
import { describe, expect, test } from 'vitest';
import type { ConvolutionShape } from '../../src/nn/compile/weight-layout.ts';
import {
  unstructuredLayout,
  unstructuredMask,
} from '../../src/sparse/layouts/unstructured/layout.ts';
import { cases } from '../setup/cases.ts';
import { checkConvolutions, checkLinear, someOf, type MaskedLayer } from './masked-layers.ts';

const CHANNELS = [8, 1, 5, 12, 33] as const;
const SPARSITIES = [0.5, 0, 0.9, 0.99] as const;

interface Options {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: 1 | 3;
  readonly sparsity: number;
}

const shapeOf = ({ inputs, outputs, kernel }: Options): ConvolutionShape => ({
  ...{ outChannels: outputs, inChannels: inputs },
  ...{ kernel, stride: 1, pad: 0 },
});

function layerOf(options: Options, seed: number): MaskedLayer {
  const entries = options.inputs * options.outputs * options.kernel ** 2;
  const count = Math.max(1, Math.round((1 - options.sparsity) * entries));
  const mask = new Float32Array(entries);
  for (const entry of someOf(entries, count, seed)) mask[entry] = 1;
  const layout = unstructuredLayout(options);
  return { mask, layout, lists: unstructuredMask(shapeOf(options), mask), deadGradients: true };
}

const convolutions = cases({
  inputs: CHANNELS,
  outputs: CHANNELS,
  sparsity: SPARSITIES,
  size: [
    [8, 8],
    [2, 2],
    [5, 7],
  ],
  kernel: [3, 1],
  stride: [1, 2],
  rows: [8, 1, 5],
});

describe('unstructured convolution', () => {
  test.each(
    convolutions.map((options) => {
      const { inputs, outputs, sparsity, size, kernel, stride, rows } = options;
      const name = `${sparsity}: ${kernel}×${kernel} stride ${stride}, ${inputs}→${outputs}`;
      return [`${name}, ${rows} rows of ${size.join('×')}`, options] as const;
    }),
  )('%s', async (_, options) => {
    const { inputs, outputs, size, kernel, stride, rows } = options;
    await checkConvolutions(
      {
        ...{ rows, inputChannels: inputs, height: size[0], width: size[1] },
        ...{ outputChannels: outputs, kernel, stride, padding: kernel === 3 ? 1 : 0 },
      },
      [layerOf(options, 1), layerOf(options, 2)],
    );
  });
});

const linears = cases({
  inputs: CHANNELS,
  outputs: CHANNELS,
  sparsity: SPARSITIES,
  rows: [8, 1, 5],
});

describe('unstructured linear', () => {
  test.each(
    linears.map((options) => {
      const { inputs, outputs, rows, sparsity } = options;
      return [`${sparsity}: ${rows} rows, ${inputs}→${outputs}`, options] as const;
    }),
  )('%s', async (_, options) => {
    await checkLinear(options, layerOf({ ...options, kernel: 1 }, 3));
  });
});

test.each([
  [0.9, 108],
  [0, 1080],
  [0.9999, 1],
])('at sparsity %f starts with %i live entries', (sparsity, expected) => {
  const options = { inputs: 10, outputs: 12, kernel: 3, sparsity } as const;
  const shape = shapeOf(options);
  const layout = unstructuredLayout(options);
  const lists = layout.lists(shape, 'a.weight')!;
  const words = lists.initial(3);
  const ones = new Float32Array(1080).fill(1);
  const mask = layout.unpack(shape, layout.pack(shape, ones, words), words);
  expect(mask.reduce((sum, value) => sum + value, 0)).toBe(expected);
  expect(lists.live(words)).toEqual(words);
  expect(lists.initial(3)).toEqual(words);
  if (expected < 1080) expect(lists.initial(4)).not.toEqual(words);
});

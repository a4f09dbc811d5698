/**
 * Block-sparse convolution and linear layers against the plain dense versions with masked weights, over
 * pairs of block shapes, channels beside the blocks, small images and ragged rows. The mask is the test's
 * own: it says which blocks live, in slots that are out of order, and masks the reference by arithmetic of
 * its own. Each case reads its input twice, so that the input's gradient is written and added to.
 */
import { describe, test } from 'vitest';
import { blockGrid } from '../../src/sparse/layouts/block/block-grid.ts';
import { liveAt } from '../../src/sparse/budget.ts';
import { buildLists, NONE } from '../../src/sparse/layouts/block/block-lists.ts';
import { blockLayout } from '../../src/sparse/layouts/block/layout.ts';
import { cases } from '../setup/cases.ts';
import { checkConvolutions, checkLinear, someOf, type MaskedLayer } from './masked-layers.ts';

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
  const chosen = someOf(count, liveAt(sparsity, count), seed);
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

/** A layer of its own mask and slots. */
function layerOf(masked: Masked): MaskedLayer {
  const { chosen, mask } = liveOf(masked);
  return { mask, ...sparse(masked, chosen) };
}

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
    await checkConvolutions(
      {
        ...{ rows, inputChannels: inputs, height, width },
        ...{ outputChannels: outputs, kernel, stride, padding: kernel === 3 ? 1 : 0 },
      },
      [layerOf({ ...options, seed: 1 }), layerOf({ ...options, seed: 2 })],
    );
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
    await checkLinear(options, layerOf({ ...options, kernel: 1, seed: 3 }));
  });
});

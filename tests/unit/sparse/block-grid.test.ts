/** How weights fall into blocks: counts at ragged edges, indices, live blocks at a sparsity, and refusals. */
import { expect, test } from 'vitest';
import { blockAt, blockGrid } from '../../../src/sparse/layouts/block/block-grid.ts';
import { liveAt } from '../../../src/sparse/budget.ts';
import type { ConvolutionShape } from '../../../src/nn/compile/weight-layout.ts';

const convolution = (outChannels: number, inChannels: number, kernel: 1 | 3): ConvolutionShape => ({
  ...{ outChannels, inChannels, kernel, stride: 1 },
  pad: kernel === 3 ? 1 : 0,
});

test('blocks cover ragged channels, each tap by itself', () => {
  const grid = blockGrid(convolution(20, 13, 3), { rows: 8, columns: 4 }, (blocks) => blocks / 2);
  expect(grid).toEqual({
    ...{ rows: 8, columns: 4, outChannels: 20, inChannels: 13, taps: 9 },
    // 3 × 9 × 4: the last row has 4 real channels, the last column 1.
    ...{ blockRows: 3, blockColumns: 4, blocks: 108, capacity: 54 },
  });
});

test('indices go by row, tap and column, the column fastest', () => {
  const grid = blockGrid(convolution(20, 13, 3), { rows: 8, columns: 4 }, (blocks) => blocks);
  expect([0, 3, 4, 36, 107].map((index) => blockAt(grid, index))).toEqual([
    { r: 0, tap: 0, c: 0 },
    { r: 0, tap: 0, c: 3 },
    { r: 0, tap: 1, c: 0 },
    { r: 1, tap: 0, c: 0 },
    { r: 2, tap: 8, c: 3 },
  ]);
});

test('the live blocks of a layer are rounded, and one stays', () => {
  expect([0, 0.5, 0.75, 0.9, 0.99].map((sparsity) => liveAt(sparsity, 9))).toEqual([9, 5, 2, 1, 1]);
  expect(liveAt(0.95, 9216)).toBe(461);
});

test('blocks that no kernel has and impossible capacities are refused', () => {
  const shape = convolution(8, 8, 1);
  const all = (blocks: number): number => blocks;
  expect(() => blockGrid(shape, { rows: 2, columns: 4 }, all)).toThrow('columns, not 2×4');
  expect(() => blockGrid(shape, { rows: 4, columns: 3 }, all)).toThrow(RangeError);
  for (const capacity of [0, 5, 1.5]) {
    expect(() => blockGrid(shape, { rows: 4, columns: 4 }, () => capacity)).toThrow(
      `room for ${capacity} of 4 blocks`,
    );
  }
});

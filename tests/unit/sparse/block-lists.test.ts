/** Index lists against two layers worked out by hand, and slots through changes of mask. */
import { expect, test } from 'vitest';
import { blockGrid } from '../../../src/sparse/layouts/block/block-grid.ts';
import {
  buildLists,
  listOffsets,
  NONE,
  reassignSlots,
} from '../../../src/sparse/layouts/block/block-lists.ts';

/** 8 × 6 channels in 4×4 blocks at one tap: blocks 0 1 over 2 3, room for three. */
const linear = blockGrid(
  { outChannels: 8, inChannels: 6, kernel: 1, stride: 1, pad: 0 },
  { rows: 4, columns: 4 },
  () => 3,
);

/** One row of 4 output channels, 9 taps, 2 input channels: block 2·tap + channel. */
const convolution = blockGrid(
  { outChannels: 4, inChannels: 2, kernel: 3, stride: 1, pad: 1 },
  { rows: 4, columns: 1 },
  () => 3,
);

test('lists of a linear layer with a free slot', () => {
  const words = buildLists(linear, [3, NONE, 0]);
  expect(Array.from(words)).toEqual([
    ...[3, NONE, 0, 0], // block of slot, padded
    ...[2, NONE, NONE, 0], // slot of block
    ...[0, 1, 2, 0], // row starts, padded
    ...[0, 2, 64, 0, 0, 0], // block 0 from channel 0 in slot 2, block 3 from channel 4 in slot 0
    ...[0, 1, 2, 0], // column starts, padded
    ...[0, 2, 64, 0, 0, 0],
  ]);
});

test('lists of a convolution, in two orders', () => {
  // Block 17: tap 8 of channel 1. Block 0: tap 0 of channel 0. Block 5: tap 2 of channel 1.
  const words = buildLists(convolution, [17, 0, 5]);
  const at = listOffsets(convolution);
  const from = (start: number, length: number) => Array.from(words.subarray(start, start + length));
  expect(from(at.rowStart, 2)).toEqual([0, 3]);
  expect(from(at.rowEntries, 6)).toEqual([0, 1, 2 + 16, 2, 8 + 16, 0]);
  expect(from(at.columnStart, 3)).toEqual([0, 1, 3]);
  expect(from(at.columnEntries, 6)).toEqual([0, 1, 2, 2, 8, 0]);
  expect(words).toHaveLength(at.words);
});

test('a block has one slot, and there is such a block', () => {
  expect(() => buildLists(linear, [1, NONE, 1])).toThrow('slot 2: block 1 is out of range');
  expect(() => buildLists(linear, [NONE, 4, NONE])).toThrow('slot 1: block 4 is out of range');
});

test('blocks that stay keep their slots, grown ones take the free ones in order', () => {
  const wanted = (blocks: readonly number[]) => (block: number) => blocks.includes(block);
  const slots = (present: readonly number[], blocks: readonly number[]) =>
    Array.from(reassignSlots(convolution, present, wanted(blocks)));
  expect(slots([17, NONE, 5], [5, 9, 2])).toEqual([2, 9, 5]);
  expect(slots([17, NONE, 5], [17, 5])).toEqual([17, NONE, 5]);
  expect(slots([17, NONE, 5], [])).toEqual([NONE, NONE, NONE]);
  expect(slots([], [16])).toEqual([16, NONE, NONE]);
  expect(() => slots([17, 0, 5], [17, 0, 5, 1])).toThrow('more blocks are wanted than the 3');
});

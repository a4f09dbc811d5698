/**
 * Layers cut into blocks for kernel tests: shapes that are ragged in every way, with a seeded choice of live
 * blocks in a seeded order of slots, placed in arenas with gaps between them.
 */
import type { ConvolutionShape } from '../../src/nn/compile/weight-layout.ts';
import { hashBelow, hashUniform } from '../../src/gpu/rng.ts';
import {
  blockGrid,
  slotFloats,
  type BlockGrid,
  type BlockShape,
} from '../../src/sparse/layouts/block/block-grid.ts';
import { listOffsets, NONE } from '../../src/sparse/layouts/block/block-lists.ts';
import type { BlockLayer } from '../../src/sparse/block-table.ts';

export interface TestLayer extends BlockLayer {
  readonly listsAt: number;
  readonly shape: ConvolutionShape;
  /** [capacity] */
  readonly blockOfSlot: Uint32Array<ArrayBuffer>;
}

export interface TestNet {
  readonly layers: readonly TestLayer[];
  /** Length of the parameter arena, and of the index arena in words. */
  readonly floats: number;
  readonly words: number;
}

export interface LayerSpec {
  readonly outChannels: number;
  readonly inChannels: number;
  readonly kernel: 1 | 3;
  readonly block: BlockShape;
  /** Share of blocks that have slots, and share of slots that have blocks. */
  readonly room: number;
  readonly filled: number;
}

/** Ragged channels on either side or both, one block alone, and more blocks than a run of prefix sums. */
export const LAYERS: readonly LayerSpec[] = [
  {
    outChannels: 20,
    inChannels: 13,
    kernel: 3,
    block: { rows: 8, columns: 4 },
    room: 0.5,
    filled: 0.7,
  },
  { outChannels: 4, inChannels: 4, kernel: 1, block: { rows: 4, columns: 4 }, room: 1, filled: 1 },
  {
    outChannels: 37,
    inChannels: 21,
    kernel: 3,
    block: { rows: 4, columns: 1 },
    room: 0.4,
    filled: 0.9,
  },
  {
    outChannels: 50,
    inChannels: 40,
    kernel: 1,
    block: { rows: 16, columns: 16 },
    room: 1,
    filled: 0.6,
  },
  {
    outChannels: 33,
    inChannels: 65,
    kernel: 3,
    block: { rows: 32, columns: 32 },
    room: 0.9,
    filled: 0.5,
  },
  {
    outChannels: 130,
    inChannels: 70,
    kernel: 3,
    block: { rows: 4, columns: 2 },
    room: 0.3,
    filled: 1,
  },
  {
    outChannels: 10,
    inChannels: 64,
    kernel: 1,
    block: { rows: 8, columns: 8 },
    room: 0.2,
    filled: 0,
  },
];

const STREAM = 41;

/** Numbers 0 … n−1 in a seeded order. */
export function shuffled(n: number, seed: number): Uint32Array<ArrayBuffer> {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(hashUniform(seed, STREAM, i) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function fill(grid: BlockGrid, filled: number, seed: number): Uint32Array<ArrayBuffer> {
  const live = Math.round(grid.capacity * filled);
  const blockOfSlot = new Uint32Array(grid.capacity).fill(NONE);
  const blocks = shuffled(grid.blocks, seed);
  const slots = shuffled(grid.capacity, seed + 1);
  for (let i = 0; i < live; i++) blockOfSlot[slots[i]!] = blocks[i]!;
  return blockOfSlot;
}

export function testNet(specs: readonly LayerSpec[], seed: number): TestNet {
  let floats = 32;
  let words = 5;
  const layers = specs.map((spec, i): TestLayer => {
    const { outChannels, inChannels, kernel, block, room, filled } = spec;
    const shape: ConvolutionShape = {
      ...{ outChannels, inChannels, kernel, stride: 1 },
      pad: kernel === 3 ? 1 : 0,
    };
    const grid = blockGrid(shape, block, (blocks) => Math.max(1, Math.round(blocks * room)));
    const layer = { shape, grid, weightsAt: floats, listsAt: words };
    // Every other layer is followed by a dense parameter.
    const storage = Math.ceil((grid.capacity * slotFloats(block)) / 32) * 32;
    floats += storage + (i % 2) * 32;
    words += listOffsets(grid).words + hashBelow(seed, STREAM, i, 7);
    return { ...layer, blockOfSlot: fill(grid, filled, seed + 10 * i) };
  });
  return { layers, floats: floats + 20, words: words + 3 };
}

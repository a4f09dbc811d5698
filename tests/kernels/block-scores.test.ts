/**
 * Scores of blocks against float64 sums over weights in PyTorch's order: sparse and dense storage, by block
 * and by slot, with ragged channels on either side.
 */
import { describe, expect, test } from 'vitest';
import { denseLayout } from '../../src/nn/convolution/dense-layout.ts';
import { emitBlockScores } from '../../src/sparse/block-scores.ts';
import { BlockTable } from '../../src/sparse/block-table.ts';
import { NONE } from '../../src/sparse/layouts/block/block-lists.ts';
import { buildLists } from '../../src/sparse/layouts/block/block-lists.ts';
import { uniformTensor } from '../reference/inputs.ts';
import { blockScores } from '../reference/plain/block-scores.ts';
import { packBlocks } from '../reference/plain/block-storage.ts';
import { cases } from '../setup/cases.ts';
import { one } from './batch.ts';
import { LAYERS, testNet, type TestLayer } from './block-layers.ts';
import { gpu, noErrors, readFloats, upload } from './engine.ts';
import { frame, GARBAGE, looseLogits } from './frame.ts';

const NORMS = ['l1', 'l2'] as const;
const net = testNet(LAYERS, 3);
/** PyTorch's order. */
const weights = net.layers.map(({ grid }, i) =>
  uniformTensor(50 + i, 20, grid.outChannels * grid.inChannels * grid.taps, 0.2),
);
/** float32 sums of up to 1024 numbers, in another order. */
const DIGITS = 6;

/** Runs the scores over what is in the arena and returns the floats of each layer. */
async function score(
  options: Pick<Parameters<typeof emitBlockScores>[1], 'norm' | 'by'> & { readonly dead?: number },
  arena: Float32Array<ArrayBuffer>,
  layers: readonly { readonly layer: TestLayer; readonly at: number }[],
  lists: Uint32Array<ArrayBuffer> | null,
): Promise<Float32Array[]> {
  const framed = await frame(looseLogits(1), one(4));
  const { device, emit } = framed;
  const table = new BlockTable(
    device,
    'test',
    layers.map(({ layer: { grid, listsAt }, at }) => ({
      grid,
      weightsAt: at,
      listsAt: lists ? listsAt : null,
    })),
  );
  const words = options.by === 'slot' ? table.slotWords : table.blockWords;
  const scores = upload(device, 'scores', new Float32Array(32 * words).fill(GARBAGE));
  emitBlockScores(emit, {
    ...{ label: 'scores', table, scores, ...options },
    values: upload(device, 'arena', arena),
    lists: lists && upload(device, 'lists', lists),
  });
  const { submitter } = await framed.plan();
  await submitter.run();
  const floats = await readFloats(device, scores, 32 * words);
  await noErrors();
  device.memory.releaseAll();
  const starts = options.by === 'slot' ? table.slotWordAt : table.blockWordAt;
  return layers.map(({ layer: { grid } }, i) => {
    const at = 32 * starts[i]!;
    const length = options.by === 'slot' ? grid.capacity : grid.blocks;
    const next = i + 1 < layers.length ? 32 * starts[i + 1]! : floats.length;
    expect(floats.slice(at + length, next).every((x) => x === GARBAGE)).toBe(true);
    return floats.slice(at, at + length);
  });
}

function close(actual: Float32Array, expected: ArrayLike<number>, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  actual.forEach((x, i) => {
    expect(x, `${what} ${i}`).toBeCloseTo(expected[i]!, DIGITS);
  });
}

describe('blocks in slots', () => {
  const arena = new Float32Array(net.floats).fill(NaN);
  const lists = new Uint32Array(net.words);
  net.layers.forEach(({ grid, blockOfSlot, weightsAt, listsAt }, i) => {
    arena.set(packBlocks(grid, blockOfSlot, weights[i]!), weightsAt);
    lists.set(buildLists(grid, blockOfSlot), listsAt);
  });
  const axes = { norm: NORMS, by: ['block', 'slot'], dead: [0, -1.5] } as const;
  test.for(cases(axes))('$norm by $by, dead ones $dead', async ({ norm, by, dead }) => {
    const placed = net.layers.map((layer) => ({ layer, at: layer.weightsAt }));
    const results = await score({ norm, by, dead }, arena, placed, lists);
    results.forEach((result, i) => {
      const { grid, blockOfSlot } = net.layers[i]!;
      const scores = blockScores(grid, weights[i]!, norm);
      const bySlot = Array.from(blockOfSlot, (block) => (block === NONE ? dead : scores[block]!));
      const live = new Set(blockOfSlot);
      const byBlock = Array.from(scores, (x, block) => (live.has(block) ? x : dead));
      close(result, by === 'slot' ? bySlot : byBlock, `layer ${i}, ${by}`);
    });
  });
});

test.for(NORMS)('blocks of dense layers, %s', async (norm) => {
  let at = 4;
  const placed = net.layers.map((layer) => {
    const start = at;
    at += denseLayout.storage(layer.shape) + 4;
    return { layer, at: start };
  });
  const arena = new Float32Array(at).fill(NaN);
  placed.forEach(({ layer, at: start }, i) => {
    arena.set(denseLayout.pack(layer.shape, weights[i]!), start);
  });
  const results = await score({ norm, by: 'block' }, arena, placed, null);
  results.forEach((result, i) => {
    close(result, blockScores(net.layers[i]!.grid, weights[i]!, norm), `layer ${i}, block`);
  });
});

test('what cannot be scored is refused', async () => {
  const device = await gpu();
  const { grid } = net.layers[0]!;
  const make = (weightsAt: number, listsAt: number | null) => ({ grid, weightsAt, listsAt });
  const table = (...layers: ReturnType<typeof make>[]) => new BlockTable(device, 'test', layers);
  expect(() => table()).toThrow('no layers');
  expect(() => table(make(4, 0))).toThrow('no layer can begin at float 4');
  expect(() => table(make(2, null))).toThrow('no layer can begin at float 2');
  expect(() => table(make(0, null), make(32, 0))).toThrow('cannot share a table');
  const { emit } = await frame(looseLogits(1), one(4));
  const buffer = upload(device, 'any', new Float32Array(4));
  const wanted = { label: 'test', values: buffer, scores: buffer, norm: 'l1' } as const;
  expect(() => {
    emitBlockScores(emit, { ...wanted, table: table(make(4, null)), lists: null, by: 'slot' });
  }).toThrow('dense layers have no slots');
  expect(() => {
    emitBlockScores(emit, { ...wanted, table: table(make(0, 0)), lists: null, by: 'block' });
  }).toThrow('sparse layers have lists');
  device.memory.releaseAll();
});

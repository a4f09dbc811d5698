/**
 * A change of mask on the GPU against the plain builder, word for word: many layers at once, masks that keep,
 * drop, grow, empty and overfill, and what lies in slots that changed hands.
 */
import { describe, expect, test } from 'vitest';
import { hashUniform } from '../../src/gpu/rng.ts';
import { slotFloats } from '../../src/sparse/layouts/block/block-grid.ts';
import {
  buildLists,
  listOffsets,
  NONE,
  reassignSlots,
} from '../../src/sparse/layouts/block/block-lists.ts';
import { BlockTable } from '../../src/sparse/block-table.ts';
import { emitListRebuild } from '../../src/sparse/rebuild-lists.ts';
import { emitLiveMask } from '../../src/sparse/rebuild-mask.ts';
import { storedEntries } from '../reference/plain/block-storage.ts';
import { scope } from '../setup/scope.ts';
import { one } from './batch.ts';
import { LAYERS, testNet, type LayerSpec, type TestLayer, type TestNet } from './block-layers.ts';
import { firstDifference, noErrors, readWords, upload } from './engine.ts';
import { frame, looseLogits } from './frame.ts';

/** Whether a block is wanted: its layer, whether it is live now, and a number in [0, 1) of its own. */
type Wanted = (layer: TestLayer, live: boolean, u: number, block: number) => boolean;

const MASKS: Readonly<Record<string, Wanted>> = {
  'nothing changes': (_, live) => live,
  'some drop and some grow': (_, live, u) => (live ? u < 0.6 : u < 0.1),
  'all drop': () => false,
  'all are wanted': () => true,
  'all dead ones are wanted': (_, live) => !live,
  'the last block alone': ({ grid }, _live, _u, block) => block === grid.blocks - 1,
};

const GARBAGE_WORD = 0x40f00000;
const ARENAS = 3;

/** The new blocks of slots: as `reassignSlots`, with the growing blocks that find no room left out. */
function plainSlots({ grid, blockOfSlot }: TestLayer, wanted: readonly boolean[]) {
  const live = new Set(blockOfSlot);
  let free = grid.capacity - Array.from(live).filter((b) => b !== NONE && wanted[b]).length;
  const fitting = wanted.map((yes, block) => yes && (live.has(block) || free-- > 0));
  return reassignSlots(grid, blockOfSlot, (block) => fitting[block]!);
}

interface Rebuilt {
  readonly lists: Uint32Array;
  readonly arenas: readonly Uint32Array[];
  readonly mask: Uint32Array;
}

const arenaWord = (arena: number, i: number): number =>
  0x3f800000 + arena * 0x100000 + (i % 0xfffff);

function bits(net: TestNet, wanted: readonly (readonly boolean[])[]): Uint32Array<ArrayBuffer> {
  const words: number[] = [];
  net.layers.forEach(({ grid }, i) => {
    // The bits behind the last block are none of the caller's business.
    const length = Math.ceil(grid.blocks / 32);
    const layer = new Uint32Array(length).fill(0xffffffff);
    wanted[i]!.forEach((yes, block) => {
      if (!yes) layer[block >> 5]! &= ~(1 << (block & 31));
    });
    words.push(...layer);
  });
  return Uint32Array.from(words);
}

/** What the arenas and lists are before: garbage wherever nothing is read. */
function presentLists(net: TestNet): Uint32Array<ArrayBuffer> {
  const lists = new Uint32Array(net.words).fill(GARBAGE_WORD);
  for (const { blockOfSlot, listsAt, grid } of net.layers) {
    lists.set(blockOfSlot, listsAt + listOffsets(grid).blockOfSlot);
  }
  return lists;
}

async function rebuild(net: TestNet, wanted: readonly (readonly boolean[])[]): Promise<Rebuilt> {
  const framed = await frame(looseLogits(1), one(4));
  const { device, emit } = framed;
  const table = new BlockTable(device, 'test', net.layers);
  const lists = upload(device, 'lists', presentLists(net));
  const arenas = Array.from({ length: ARENAS }, (_, arena) =>
    upload(
      device,
      `arena ${arena}`,
      Uint32Array.from({ length: net.floats }, (_, i) => arenaWord(arena, i)),
    ),
  );
  const maskWords = Math.ceil(net.floats / 32);
  const mask = upload(device, 'mask', new Uint32Array(maskWords).fill(GARBAGE_WORD));
  emitListRebuild(emit, {
    ...{ label: 'rebuild', table, lists, arenas },
    wanted: upload(device, 'wanted', bits(net, wanted)),
  });
  emitLiveMask(emit, { label: 'live mask', table, lists, mask });
  const { submitter } = await framed.plan();
  await submitter.run();
  const rebuilt = {
    lists: await readWords(device, lists, net.words),
    arenas: await Promise.all(arenas.map((arena) => readWords(device, arena, net.floats))),
    mask: await readWords(device, mask, maskWords),
  };
  await noErrors();
  device.memory.releaseAll();
  return rebuilt;
}

function plainRebuild(net: TestNet, wanted: readonly (readonly boolean[])[]): Rebuilt {
  const lists = new Uint32Array(net.words).fill(GARBAGE_WORD);
  const arenas = Array.from({ length: ARENAS }, (_, arena) =>
    Uint32Array.from({ length: net.floats }, (_, i) => arenaWord(arena, i)),
  );
  const mask = new Uint32Array(Math.ceil(net.floats / 32)).fill(GARBAGE_WORD);
  net.layers.forEach((layer, i) => {
    const { grid, blockOfSlot, weightsAt, listsAt } = layer;
    const slots = plainSlots(layer, wanted[i]!);
    lists.set(buildLists(grid, slots), listsAt);
    const floats = grid.capacity * slotFloats(grid);
    mask.fill(0, weightsAt / 32, weightsAt / 32 + Math.ceil(floats / 32));
    for (const { at, slot, weight } of storedEntries(grid, slots)) {
      const float = weightsAt + at;
      if (weight !== null) mask[float >> 5]! |= 1 << (float & 31);
      if (slots[slot] !== blockOfSlot[slot]) for (const arena of arenas) arena[float] = 0;
    }
  });
  return { lists, arenas, mask };
}

async function expectPlain(net: TestNet, choose: Wanted): Promise<void> {
  const wanted = net.layers.map((layer, i) => {
    const live = new Set(layer.blockOfSlot);
    return Array.from({ length: layer.grid.blocks }, (_, block) =>
      choose(layer, live.has(block), hashUniform(5 + i, 42, block), block),
    );
  });
  const actual = await rebuild(net, wanted);
  const expected = plainRebuild(net, wanted);
  expect(firstDifference(actual.lists, expected.lists), 'lists').toBe(-1);
  expect(firstDifference(actual.mask, expected.mask), 'live mask').toBe(-1);
  actual.arenas.forEach((arena, i) => {
    expect(firstDifference(arena, expected.arenas[i]!), `arena ${i}`).toBe(-1);
  });
}

describe('as the plain builder', () => {
  test.for(Object.keys(MASKS))('%s', async (name) => {
    await expectPlain(testNet(LAYERS, 7), MASKS[name]!);
  });
});

test('more blocks than two levels of prefix sums count', async () => {
  // 4×1 blocks: 524,288 of them are 16,384 words, a level of runs of runs each.
  const spec = { block: { rows: 4, columns: 1 }, room: 0.25, filled: 0.8, kernel: 1 } as const;
  const large: LayerSpec = { ...spec, outChannels: 512, inChannels: scope === 'smoke' ? 64 : 4099 };
  await expectPlain(testNet([LAYERS[0]!, large], 11), MASKS['some drop and some grow']!);
});

test('dense layers have no lists to rebuild', async () => {
  const { device, emit } = await frame(looseLogits(1), one(4));
  const { grid } = testNet(LAYERS, 7).layers[0]!;
  const table = new BlockTable(device, 'test', [{ grid, weightsAt: 0, listsAt: null }]);
  const buffer = upload(device, 'any', new Uint32Array(4));
  const common = { label: 'test', table, lists: buffer };
  expect(() => {
    emitListRebuild(emit, { ...common, wanted: buffer, arenas: [] });
  }).toThrow('dense layers have no lists');
  expect(() => {
    emitLiveMask(emit, { ...common, mask: buffer });
  }).toThrow('dense layers are live throughout');
  device.memory.releaseAll();
});

/**
 * The owner of a network's lists through random drops and grows, for every layout with a mask: slots, lists by row and
 * by column, live bits and live units, and what each arena holds, against a plain bookkeeping that knows no lists.
 */
import { afterEach, expect, test } from 'vitest';
import { hashU32 } from '../../src/gpu/rng.ts';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { initialValues } from '../../src/nn/tensor/init.ts';
import { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { blockGrid } from '../../src/sparse/layouts/block/block-grid.ts';
import { listOffsets } from '../../src/sparse/layouts/block/block-lists.ts';
import { PATTERNS, tapsOf } from '../../src/sparse/layouts/pattern/kernel-patterns.ts';
import { patternGrid, patternOffsets } from '../../src/sparse/layouts/pattern/pattern-lists.ts';
import type { MaskUnits } from '../../src/sparse/mask/mask-units.ts';
import { NetworkLists } from '../../src/sparse/mask/network-lists.ts';
import {
  heldByBlocks,
  heldByPatterns,
  heldDensely,
  PlainSlots,
  walked,
  type PlainStorage,
} from '../reference/plain/mask-storage.ts';
import { gpu, noErrors, readFloats, readLists, readWords } from './engine.ts';
import { NETWORK_LAYOUTS } from './network-layouts.ts';

const SEED = 6;
const ROUNDS = 10;
/** [out, in]: ragged against blocks of 4×2, and against vectors of four. */
const SHAPES: Readonly<Record<string, readonly [number, number]>> = { a: [10, 5], b: [13, 10] };
const TAPS = 9;
const OPTIONS = {
  block: { sparsity: 0.6, room: 0.55, block: '4x2' },
  pattern: { sparsity: 0.75, room: 0.33 },
  unstructured: { sparsity: 0.6 },
  channel: { sparsity: 0.5 },
} as const;
type Name = keyof typeof OPTIONS;

const shapeOf = (layer: string) => {
  const [outChannels, inChannels] = SHAPES[layer]!;
  return { outChannels, inChannels, kernel: 3, stride: 1, pad: 1 } as const;
};
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

async function prepare(name: Name) {
  const device = await gpu();
  const chosen = NETWORK_LAYOUTS[name](OPTIONS[name]);
  const graph = new GraphBuilder(5, 6, 6, chosen.layoutFor, chosen.channelsFor);
  const a = convolution(graph, 'a', graph.input, 10, { inner: true, role: 'body' });
  const b = convolution(graph, 'b', norm(graph, 'n', a, { relu: true }), 13, { role: 'body' });
  const network = graph.finish('two', b);
  const store = new ParameterStore(device, network, 'sgd-momentum');
  store.initialize(SEED);
  store.addArena('optimizer', 'extra');
  const units = chosen.unitsOf(network);
  const lists = new NetworkLists({ gpu: device, network, store, units, seed: SEED });
  const parameters = new Map(
    network.layers.flatMap((layer) => layer.parameters.map((each) => [each.name, each] as const)),
  );
  return { device, store, lists, units, parameters };
}
type Prepared = Awaited<ReturnType<typeof prepare>>;

/** The plain storage of a layer, from the lists that the GPU begins with, and a check of the lists it has now. */
interface Model extends PlainStorage {
  check(words: Uint32Array): void;
}

const MODELS: Readonly<Record<Name, (run: Prepared, layer: MaskUnits) => Promise<Model>>> = {
  block: async ({ store }, { name }) => {
    const [, ins] = SHAPES[name]!;
    const room = (blocks: number) => Math.round(0.55 * blocks);
    const grid = blockGrid(shapeOf(name), { rows: 4, columns: 2 }, room);
    const at = listOffsets(grid);
    const words = await readLists(store, `${name}.weight`);
    const slots = new PlainSlots(words.subarray(at.blockOfSlot, at.blockOfSlot + grid.capacity));
    return {
      get live() {
        return slots.live;
      },
      change: (dropped, grown) => {
        slots.change(dropped, grown);
      },
      held: () => new Map([[`${name}.weight`, heldByBlocks(grid, slots.blockOfSlot)]]),
      unitOf: (_, entry) => {
        const [o, i] = [Math.floor(entry / TAPS / ins), Math.floor(entry / TAPS) % ins];
        return (Math.floor(o / 4) * TAPS + (entry % TAPS)) * grid.blockColumns + Math.floor(i / 2);
      },
      check: (now) => {
        checkWalks(now, grid, at, slots.slots);
      },
    };
  },
  pattern: async ({ store }, { name }) => {
    const share = (density: number, kernels: number) => Math.round(((density * 9) / 4) * kernels);
    const [outs, ins] = SHAPES[name]!;
    const grid = patternGrid(shapeOf(name), share(0.33, outs * ins));
    const at = patternOffsets(grid);
    let words: Uint32Array = await readLists(store, `${name}.weight`);
    const slots = new PlainSlots(words.subarray(at.blockOfSlot, at.blockOfSlot + grid.capacity));
    const patternIn = (lists: Uint32Array, slot: number) => lists[at.patternOfSlot + slot]!;
    let before = [...slots.slots];
    return {
      get live() {
        return slots.live;
      },
      change: (dropped, grown) => {
        before = slots.slots.map((kernel) => (grown.includes(kernel ?? -1) ? null : kernel));
        slots.change(dropped, grown);
      },
      held: () => {
        const held = heldByPatterns(slots.slots, (slot) => tapsOf(patternIn(words, slot)));
        return new Map([[`${name}.weight`, held]]);
      },
      unitOf: (_, entry) => Math.floor(entry / TAPS),
      check: (now) => {
        checkWalks(now, grid, at, slots.slots);
        slots.slots.forEach((kernel, slot) => {
          if (kernel === null) expect(patternIn(now, slot)).toBe(0);
          else expect(PATTERNS).toContain(patternIn(now, slot));
          // A kernel keeps its pattern as long as it lives.
          const stays = kernel !== null && kernel === before[slot];
          if (stays) expect(patternIn(now, slot)).toBe(patternIn(words, slot));
        });
        words = now;
      },
    };
  },
  unstructured: async ({ store }, { name }) => {
    const [outs, ins] = SHAPES[name]!;
    const places = heldDensely(upTo(outs), upTo(ins), TAPS, ins);
    const bit = (words: Uint32Array, i: number) => (words[i >> 5]! >>> (i & 31)) & 1;
    const words = await readLists(store, `${name}.weight`);
    const live = new Set(places.filter((entry, i) => entry !== null && bit(words, i) === 1));
    return {
      live: live as ReadonlySet<number>,
      change: (dropped, grown) => {
        for (const entry of dropped) live.delete(entry);
        for (const entry of grown) live.add(entry);
      },
      held: () => new Map([[`${name}.weight`, places.map((e) => (live.has(e) ? e : null))]]),
      unitOf: (_, entry) => entry,
      check: (now) => {
        const wrong = places.findIndex((entry, i) => bit(now, i) !== (live.has(entry) ? 1 : 0));
        expect(wrong).toBe(-1);
      },
    };
  },
  channel: async ({ store }) => {
    const channels = [...(await readLists(store, 'n.weight'))];
    return {
      get live() {
        return new Set(channels);
      },
      change: (dropped, grown) => {
        const places = dropped.map((channel) => channels.indexOf(channel));
        places.forEach((place, i) => (channels[place] = grown[i]!));
      },
      held: () =>
        new Map([
          ['a.weight', heldDensely(channels, upTo(5), TAPS, 5)],
          ['n.weight', heldDensely(channels, [0], 1, 1)],
          ['n.bias', heldDensely(channels, [0], 1, 1)],
          ['b.weight', heldDensely(upTo(13), channels, TAPS, 10)],
        ]),
      unitOf: (parameter, entry) => {
        if (parameter === 'a.weight') return Math.floor(entry / TAPS / 5);
        return parameter === 'b.weight' ? Math.floor(entry / TAPS) % 10 : entry;
      },
      check: (now) => {
        expect([...now]).toEqual(channels);
      },
    };
  },
};

/** Lists by row and by column, with their starts, are the live blocks in either order. */
function checkWalks(
  words: Uint32Array,
  grid: ReturnType<typeof blockGrid>,
  at: ReturnType<typeof listOffsets>,
  slots: readonly (number | null)[],
) {
  for (const by of ['row', 'column'] as const) {
    const blocks = walked(grid, slots, by);
    const entries = by === 'row' ? at.rowEntries : at.columnEntries;
    const found = blocks.map((_, i) => [...words.subarray(entries + 2 * i, entries + 2 * i + 2)]);
    const position = ({ r, c }: (typeof blocks)[number]) =>
      by === 'row' ? c * grid.columns : r * grid.rows;
    expect(found).toEqual(blocks.map((each) => [each.tap + 16 * position(each), each.slot]));
    const lines = by === 'row' ? grid.blockRows : grid.blockColumns;
    const starts = by === 'row' ? at.rowStart : at.columnStart;
    const behind = (line: number) =>
      blocks.filter(({ r, c }) => (by === 'row' ? r : c) < line).length;
    expect([...words.subarray(starts, starts + lines + 1)]).toEqual(upTo(lines + 1).map(behind));
  }
  expect([...words.subarray(at.blockOfSlot, at.blockOfSlot + slots.length)]).toEqual(
    slots.map((block) => block ?? 0xffffffff),
  );
}

/** Some of `of` in a seeded order, at most `most` of them, ascending. */
function some(of: readonly number[], most: number, seed: number): number[] {
  const count = hashU32(seed, 91, 0) % (most + 1);
  const order = [...of].sort((x, y) => hashU32(seed, 92, x) - hashU32(seed, 92, y));
  return order.slice(0, count).sort((x, y) => x - y);
}

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

test.each(Object.keys(OPTIONS) as Name[])('%s', async (name) => {
  const run = await prepare(name);
  const { device, store, lists, units, parameters } = run;
  const models = await Promise.all(units.map((layer) => MODELS[name](run, layer)));
  let changes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, layer] of units.entries()) {
      const model = models[index]!;
      const seed = 100 * round + index;
      const dropped = some([...model.live], Math.floor(model.live.size / 2), seed);
      const stays = new Set([...model.live].filter((unit) => !dropped.includes(unit)));
      const dead = upTo(layer.count).filter((unit) => !stays.has(unit));
      const { length } = [...model.held().values()][0]!;
      const room = { block: Math.floor(length / 8), pattern: Math.floor(length / 4) - 8 };
      const most = name === 'block' || name === 'pattern' ? room[name] - stays.size - 4 : 20;
      // Filters come as many as go.
      const grown =
        name === 'channel'
          ? dead.slice(0, dropped.length)
          : some(dead, Math.max(0, Math.min(most, dead.length)), seed + 7);
      const before = model.held();
      const filled = await fillArenas(run);
      const running = { mean: upTo(10).map((c) => c + 2), variance: upTo(10).map((c) => c + 3) };
      store.writeRunning('n', running.mean, running.variance);

      await lists.change(
        layer,
        { dropped: Uint32Array.from(dropped), grown: Uint32Array.from(grown) },
        { key: `round ${round}`, seed: SEED },
        new Map(),
      );
      model.change(dropped, grown);
      changes += dropped.length + grown.length;

      const first = layer.parameters.find(({ shape }) => shape.length === 1 || name !== 'channel')!;
      model.check(await readLists(store, first.name));
      expect([...lists.live(layer)]).toEqual(
        upTo(layer.count).map((u) => Number(model.live.has(u))),
      );
      expect(lists.count(layer)).toBe(model.live.size);
      const after = model.held();
      await checkArenas(run, model, { before, after, dropped, grown, filled });
      await checkBits(run, models);
      if (name !== 'channel') continue;
      const { mean, variance } = await store.readRunning('n');
      for (const channel of model.live) {
        const fresh = grown.includes(channel);
        // What has left takes its statistics along; what has come has none.
        expect([mean[channel], variance[channel]]).toEqual(
          fresh ? [0, 1] : [running.mean[channel], running.variance[channel]],
        );
      }
    }
  }
  expect(changes).toBeGreaterThan(20);
  expect(parameters.size).toBe(4);
  expect(device.errors).toEqual([]);
});

/** Another number for every float of every arena. */
async function fillArenas({ device, store }: Prepared): Promise<Map<GPUBuffer, Float32Array>> {
  const filled = new Map<GPUBuffer, Float32Array<ArrayBuffer>>();
  store.perEntry.forEach((arena, k) => {
    const values = Float32Array.from({ length: store.floats }, (_, i) => 1 + k * 1e5 + i);
    device.device.queue.writeBuffer(arena, 0, values);
    filled.set(arena, values);
  });
  await device.device.queue.onSubmittedWorkDone();
  return filled;
}

interface Change {
  readonly before: ReturnType<Model['held']>;
  readonly after: ReturnType<Model['held']>;
  readonly dropped: readonly number[];
  readonly grown: readonly number[];
  readonly filled: ReadonlyMap<GPUBuffer, Float32Array>;
}

/** Floats of reassigned slots are 0, or of filters that have come their initial values; no other has changed. */
async function checkArenas({ device, store, parameters }: Prepared, model: Model, change: Change) {
  const { before, after, grown, filled } = change;
  for (const [arena, values] of filled) {
    const expected = values.slice();
    for (const [name, held] of after) {
      const parameter = parameters.get(name)!;
      const initial = initialValues(parameter, SEED);
      const own = parameter.subsets.length > 0 && name !== 'b.weight';
      held.forEach((entry, i) => {
        const comes = entry !== null && grown.includes(model.unitOf(name, entry));
        if (entry === before.get(name)![i] && !comes) return;
        const fresh = own && comes && arena === store.parameters;
        expected[store.at(name) + i] = fresh ? initial[entry]! : 0;
      });
    }
    const found = await readFloats(device, arena);
    const wrong = found.findIndex((value, i) => value !== expected[i]);
    expect(wrong, `${arena.label}: the first float that is wrong`).toBe(-1);
  }
}

/** The live mask has a bit for each float that holds an entry, and for all that is dense. */
async function checkBits({ device, store, parameters }: Prepared, models: readonly Model[]) {
  const expected = new Uint8Array(Math.ceil(store.floats / 32) * 32).fill(1);
  let [live, all] = [0, 0];
  for (const held of models.flatMap((model) => [...model.held()])) {
    const [name, floats] = held;
    const { storage } = parameters.get(name)!;
    const end = Math.ceil(storage / 32) * 32;
    for (let i = 0; i < end; i++)
      expected[store.at(name) + i] = (floats[i] ?? null) === null ? 0 : 1;
    live += floats.filter((entry) => entry !== null).length;
    all += floats.length;
    expect(store.liveCount(name)).toBe(floats.filter((entry) => entry !== null).length);
  }
  expect(live).toBeLessThanOrEqual(all);
  const words = await readWords(device, store.live!);
  const wrong = expected.findIndex((bit, i) => ((words[i >> 5]! >>> (i & 31)) & 1) !== bit);
  expect(wrong, 'the first bit that is wrong').toBe(-1);
}

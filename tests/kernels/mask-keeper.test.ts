/**
 * Masks of whole networks through tasks of training: every change of every dynamic against the plain reference,
 * which knows the papers' rules and the weights, and nothing of slots and lists. What stays keeps its numbers
 * and its slot, what goes and what comes is 0 in every arena, and between changes dead entries stay exactly 0.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { Gradients } from '../../src/sparse/mask/gradients.ts';
import { MaskKeeper } from '../../src/sparse/mask/mask-keeper.ts';
import type { MaskEvent } from '../../src/sparse/mask/mask-owner.ts';
import { ChangeSchedule } from '../../src/sparse/dynamics/schedule.ts';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { initialValues } from '../../src/nn/tensor/init.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { emitLoss } from '../../src/nn/layers/loss.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { globalAveragePool } from '../../src/nn/layers/pool.ts';
import { basicBlock } from '../../src/nn/models/basic-block.ts';
import { emitUpdate } from '../../src/nn/compile/optimizer.ts';
import type { Parameter } from '../../src/nn/tensor/parameter.ts';
import { blockGrid } from '../../src/sparse/layouts/block/block-grid.ts';
import { buildLists, listOffsets, NONE } from '../../src/sparse/layouts/block/block-lists.ts';
import { erkBudget, uniformBudget, type Budget } from '../../src/sparse/budget.ts';
import type { Dynamic } from '../../src/sparse/dynamics/dynamic.ts';
import { DYNAMICS, type DynamicName } from '../../src/sparse/dynamics/registry.ts';
import { PATTERNS, tapsOf } from '../../src/sparse/layouts/pattern/kernel-patterns.ts';
import { LAYOUTS, type LayoutName } from '../../src/sparse/layouts/registry.ts';
import { ROLE_STREAM, uniformTensor } from '../reference/inputs.ts';
import {
  bestUnits,
  plainDecision,
  plainErk,
  plainRandomRank,
  plainSchedule,
} from '../reference/plain/mask-dynamics.ts';
import { placeRows, toBatchInnermost, type Group } from './batch.ts';
import { gpu, noErrors, readFloats, readLists, storageBuffer, upload } from './engine.ts';
import { areaOf, frame } from './frame.ts';

type SparseName = Exclude<LayoutName, 'dense'>;

const SEED = 4;
const CLASSES = 5;
const GROUPS: readonly Group[] = [{ capacity: 8, live: 7 }];
const BLOCK = { rows: 4, columns: 2 } as const;
const STEPS = 20;
const TASKS = 2;
/** Of the arena that stands for whatever else is kept per entry. */
const KEPT = 3;
/** Layers that the mask covers: [out, in], all 3×3; their inner channels are the first one's outputs. */
const COVERED: Readonly<Record<string, readonly [number, number]>> = {
  'layer1.0.conv1': [8, 8],
  'layer1.0.conv2': [8, 8],
  'layer2.0.conv1': [14, 8],
  'layer2.0.conv2': [14, 14],
};
const INNER: Readonly<Record<string, string>> = {
  'layer1.0.conv1': 'layer1.0.conv2',
  'layer2.0.conv1': 'layer2.0.conv2',
};

interface Case {
  readonly layout: SparseName;
  readonly dynamic: DynamicName;
  readonly budget?: 'uniform' | 'erk';
}

const CASES: readonly Case[] = [
  ...(Object.keys(DYNAMICS) as DynamicName[]).map(
    (dynamic) => ({ layout: 'block', dynamic }) as const,
  ),
  { layout: 'block', dynamic: 'sparcl', budget: 'erk' },
  { layout: 'block', dynamic: 'gmp', budget: 'erk' },
  { layout: 'unstructured', dynamic: 'sparcl' },
  { layout: 'unstructured', dynamic: 'rigl' },
  { layout: 'unstructured', dynamic: 'ems', budget: 'erk' },
  { layout: 'pattern', dynamic: 'ems' },
  { layout: 'pattern', dynamic: 'sparcl-release' },
  { layout: 'pattern', dynamic: 'rigl' },
  { layout: 'pattern', dynamic: 'snip' },
  { layout: 'pattern', dynamic: 'gmp' },
  { layout: 'pattern', dynamic: 'set', budget: 'erk' },
  { layout: 'channel', dynamic: 'set' },
  { layout: 'channel', dynamic: 'em' },
];

const OPTIONS: Readonly<Record<SparseName, { sparsity: number; maskChange: number }>> = {
  block: { sparsity: 0.8, maskChange: 0.07 },
  unstructured: { sparsity: 0.8, maskChange: 0.05 },
  pattern: { sparsity: 0.74, maskChange: 0.07 },
  channel: { sparsity: 0.5, maskChange: 0.25 },
};
const TIMES = { maskInterval: 0.1, maskEnd: 0.9, importanceAlpha: 0.4, importanceBeta: 0.7 };

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

/** A network under the case's mask with a plan for training steps on one fixed batch. */
async function prepare({ layout, dynamic: name, budget: budgetName }: Case) {
  const dynamic: Dynamic = DYNAMICS[name];
  const options = { ...OPTIONS[layout], ...TIMES };
  const most = layout === 'pattern' ? 4 / 9 : 1;
  const budget: Budget =
    budgetName === 'erk'
      ? erkBudget(
          Object.entries(COVERED).map(([layer, [outChannels, inChannels]]) => ({
            ...{ name: layer, outChannels, inChannels, kernel: 3 },
          })),
          most,
        )
      : uniformBudget(most);
  const chosen = LAYOUTS[layout]({
    ...{ ...BLOCK, budget },
    ...{ sparsity: 1 - dynamic.start(options), room: dynamic.room(options) },
  });
  const graph = new GraphBuilder(3, 8, 8, chosen.layoutFor, chosen.channelsFor);
  let x = norm(graph, 'bn1', convolution(graph, 'conv1', graph.input, 8, { role: 'stem' }), {
    relu: true,
  });
  x = basicBlock(graph, 'layer1.0', x, 8, 1);
  x = basicBlock(graph, 'layer2.0', x, 14, 2);
  const logits = linear(graph, 'classifier', globalAveragePool(graph, 'pool', x), CLASSES, {
    role: 'head',
  });
  const network = graph.finish('residual', logits);

  const framed = await frame(network, GROUPS, { optimizer: 'sgd-momentum', seed: SEED });
  const { device, store, emit, total } = framed;
  const records = Array.from({ length: 7 }, (_, i) => ({
    source: 'stream' as const,
    label: i % CLASSES,
    crossEntropy: 1 / 7,
  }));
  for (const layer of network.layers) layer.forward(emit);
  emitLoss(emit, network, {
    rows: upload(device, 'rows', placeRows(framed, records)),
    storedLogits: storageBuffer(device, 'stored logits', total * CLASSES * 4),
  });
  emit.beginBackward();
  for (const layer of network.layers.toReversed()) layer.backward(emit);
  emitUpdate(emit);
  const plan = await framed.plan();
  store.initialize(SEED);
  framed.scalars({ taskCount: CLASSES, rate: 0.05, momentum: 0.9, weightDecay: 1e-3 });
  const images = uniformTensor(SEED, ROLE_STREAM.x, 7 * areaOf(network.input));
  plan.write(emit.value(network.input), toBatchInnermost(images, areaOf(network.input), framed));

  const parameters = network.layers.flatMap((layer) => layer.parameters);
  const covered = Object.keys(COVERED).map((layer) =>
    parameters.find((parameter) => parameter.name === `${layer}.weight`)!,
  );
  const asked: string[] = [];
  let draws = 0;
  const drawn = (): Gradients =>
    new Map(
      covered.map(({ name: weight, shape }) => [
        weight,
        uniformTensor(
          1000 + draws++,
          ROLE_STREAM.dy,
          shape.reduce((a, b) => a * b),
        ),
      ]),
    );
  /** What was given last. */
  const given: {
    current?: Gradients;
    buffer?: Gradients | null;
    last?: Gradients;
    dense?: Gradients;
  } = {};
  const source = {
    separate: () => {
      asked.push('separate');
      given.current = drawn();
      given.buffer = asked.length % 3 === 0 ? null : drawn();
      return Promise.resolve({ current: given.current, buffer: given.buffer });
    },
    last: async () => {
      asked.push('last');
      const read = covered.map(
        async ({ name: weight }) => [weight, await store.readGradient(weight)] as const,
      );
      return (given.last = new Map(await Promise.all(read)));
    },
    dense: () => {
      asked.push('dense');
      return Promise.resolve((given.dense = drawn()));
    },
  };
  const saliency = drawn();
  const keeper = new MaskKeeper({
    ...{ gpu: device, network, store, dynamic, options, budget, seed: SEED },
    units: chosen.unitsOf(network),
  });
  keeper.begin(saliency);
  return {
    ...{ device, store, keeper, options, dynamic, parameters, covered, source, given, asked },
    ...{ saliency, network },
    step: () => plan.submitter.run(),
  };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** 1 for each live entry, in PyTorch's order. */
async function maskOf({ store }: Prepared, parameter: Parameter): Promise<Float32Array> {
  const lists = parameter.lists ? await readLists(store, parameter.name) : undefined;
  const ones = new Float32Array(parameter.shape.reduce((a, b) => a * b)).fill(1);
  return parameter.unpack(parameter.pack(ones, lists), lists);
}

/** A unit as a test sees it: entries of matrices. */
type Entries = ReadonlyMap<string, readonly number[]>;

/** The plain units of a layer: entries of unit u of weight [out, in, 9]. */
function entriesOf(layout: SparseName, layer: string): Entries[] {
  const [outs, ins] = COVERED[layer]!;
  const units: Map<string, number[]>[] = [];
  const put = (unit: number, weight: string, entry: number) => {
    const of = (units[unit] ??= new Map<string, number[]>());
    of.set(`${weight}.weight`, [...(of.get(`${weight}.weight`) ?? []), entry]);
  };
  for (let o = 0; o < outs; o++) {
    for (let i = 0; i < ins; i++) {
      for (let tap = 0; tap < 9; tap++) {
        const entry = (o * ins + i) * 9 + tap;
        if (layout === 'unstructured') put(entry, layer, entry);
        if (layout === 'pattern') put(o * ins + i, layer, entry);
        if (layout === 'channel') put(o, layer, entry);
        if (layout === 'block') {
          const across = Math.ceil(ins / BLOCK.columns);
          const line = Math.floor(o / BLOCK.rows) * 9 + tap;
          put(line * across + Math.floor(i / BLOCK.columns), layer, entry);
        }
      }
    }
  }
  const reader = layout === 'channel' ? INNER[layer] : undefined;
  if (reader !== undefined) {
    const [readerOuts, inner] = COVERED[reader]!;
    for (let entry = 0; entry < readerOuts * inner * 9; entry++) {
      put(Math.floor(entry / 9) % inner, reader, entry);
    }
  }
  return units;
}

/** Live units at a density of the layer. */
function countAt(layout: SparseName, units: number, density: number): number {
  const share = layout === 'pattern' ? (density * 9) / 4 : density;
  return Math.min(units, Math.max(1, Math.round(share * units)));
}

/** The taps of the pattern that keeps most of nine squares. */
function bestTaps(values: readonly number[]): number[] {
  const kept = PATTERNS.map((pattern) =>
    tapsOf(pattern).reduce((sum, tap) => sum + values[tap]! ** 2, 0),
  );
  return tapsOf(PATTERNS[kept.indexOf(Math.max(...kept))]!);
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean magnitude of each unit's entries, those that exist, or all of them and the best pattern's. */
function scoresOf(
  layout: SparseName,
  units: readonly Entries[],
  magnitude: (weight: string, entry: number) => number,
  exists: ((weight: string, entry: number) => boolean) | null,
): number[] {
  return units.map((unit) => {
    const entries = [...unit].flatMap(([weight, of]) =>
      of.map((entry) => [weight, entry] as const),
    );
    const live = exists ? entries.filter(([weight, entry]) => exists(weight, entry)) : [];
    if (live.length > 0) return Math.fround(mean(live.map(([w, e]) => magnitude(w, e))));
    const values = entries.map(([w, e]) => magnitude(w, e));
    const taps = layout === 'pattern' ? bestTaps(values).map((tap) => values[tap]!) : values;
    return Math.fround(mean(taps));
  });
}

const layersOf = (layout: SparseName) => Object.keys(layout === 'channel' ? INNER : COVERED);

const filterOf = (layout: SparseName, layer: string) =>
  layout === 'pattern' ? { filterOf: (unit: number) => Math.floor(unit / COVERED[layer]![1]) } : {};

/** The density of a layer at that of the network, by the test's own arithmetic. */
function layerDensity({ layout, budget }: Case, layer: string, density: number): number {
  const most = layout === 'pattern' ? 4 / 9 : 1;
  if (budget !== 'erk') return Math.min(most, density);
  const names = Object.keys(COVERED);
  const shapes = names.map((name) => [...COVERED[name]!, 3] as const);
  return plainErk(shapes, Math.min(density, most), most)[names.indexOf(layer)]!;
}

/** Checks one change against the plain reference; `live` are the live units of each layer and follow it. */
async function checkChange(
  run: Prepared,
  of: Case,
  live: Map<string, Set<number>>,
  change: { task: number; index: number; dropTo: number | null; growTo: number | null },
  make: () => Promise<MaskEvent>,
): Promise<void> {
  const { store, covered, dynamic, given, options, asked } = run;
  const weights = new Map(
    await Promise.all(covered.map(async (p) => [p.name, await store.read(p.name)] as const)),
  );
  const masks = new Map(
    await Promise.all(covered.map(async (p) => [p.name, await maskOf(run, p)] as const)),
  );
  const sparse = run.parameters.filter(({ lists }) => lists);
  const listsBefore = new Map(
    await Promise.all(sparse.map(async (p) => [p.name, await readLists(store, p.name)] as const)),
  );
  const before = await arenas(run);
  asked.length = 0;
  delete given.last;
  const event = await make();

  const at = (gradients: Gradients | null | undefined, weight: string, entry: number) =>
    Math.abs(gradients?.get(weight)?.[entry] ?? 0);
  const importance = (weight: string, entry: number) => {
    const magnitude = Math.abs(weights.get(weight)![entry]!);
    if (dynamic.drop === 'magnitude') return magnitude;
    if (dynamic.drop === 'last-gradient') {
      return magnitude + options.importanceAlpha * at(given.last, weight, entry);
    }
    return (
      magnitude +
      options.importanceAlpha * at(given.current, weight, entry) +
      options.importanceBeta * at(given.buffer, weight, entry)
    );
  };
  const exists = (weight: string, entry: number) => masks.get(weight)![entry] === 1;
  for (const [i, layer] of layersOf(of.layout).entries()) {
    const units = entriesOf(of.layout, layer);
    const target = (density: number | null) =>
      density === null ? null : countAt(of.layout, units.length, layerDensity(of, layer, density));
    const scores = scoresOf(of.layout, units, importance, exists);
    const growth = scoresOf(of.layout, units, (w, e) => at(given.dense, w, e), exists);
    const random = plainRandomRank(layer, SEED, change.task, change.index);
    const present = live.get(layer)!;
    const expected = plainDecision(
      { name: layer, live: present, count: units.length, ...filterOf(of.layout, layer) },
      { dropTo: target(change.dropTo), growTo: target(change.growTo) },
      (unit) => scores[unit]!,
      dynamic.growth === 'random' ? random : (unit) => growth[unit]!,
    );
    const found = event.layers[i]!;
    expect({ ...found, dropped: [...found.dropped], grown: [...found.grown] }).toEqual({
      ...{ name: layer, units: units.length, before: present.size, ...expected },
      after: present.size - expected.dropped.length + expected.grown.length,
    });
    for (const unit of expected.dropped) present.delete(unit);
    for (const unit of expected.grown) present.add(unit);
    // The density that the dynamic aims at is kept by every change.
    const aim = target(change.growTo ?? change.dropTo)!;
    if (found.before > 1) expect(found.after).toBe(aim);
    await checkPlaces(run, of, layer, units, expected, present, before);
  }
  await checkLists(run, of, listsBefore, event);
  const counts = await Promise.all(covered.map((p) => maskOf(run, p)));
  const ones = counts.reduce((sum, mask) => sum + mask.reduce((a, b) => a + b, 0), 0);
  const all = counts.reduce((sum, mask) => sum + mask.length, 0);
  expect(event.density).toBe(ones / all);
}

/** Every arena's values in PyTorch's order, by arena and parameter; of the gradients nothing is kept. */
async function arenas(run: Prepared) {
  const { store, device, parameters } = run;
  const kept = store.perEntry.filter((arena) => arena !== store.gradients);
  const found = new Map<string, Float32Array>();
  for (const arena of kept) {
    const floats = await readFloats(device, arena);
    for (const parameter of parameters) {
      const { name, storage } = parameter;
      const lists = parameter.lists ? await readLists(store, name) : undefined;
      const stored = floats.slice(store.at(name), store.at(name) + storage);
      found.set(`${arena.label} ${name}`, parameter.unpack(stored, lists));
    }
  }
  return found;
}

/** Masks are what is expected; what stays is as it was, what has come is 0 or, of filters, fresh. */
async function checkPlaces(
  run: Prepared,
  of: Case,
  layer: string,
  units: readonly Entries[],
  { grown }: { grown: readonly number[] },
  present: ReadonlySet<number>,
  before: ReadonlyMap<string, Float32Array>,
): Promise<void> {
  const after = await arenas(run);
  const owner = units.map((unit) => new Map([...unit].map(([w, e]) => [w, new Set(e)])));
  for (const weight of units[0]!.keys()) {
    const parameter = run.covered.find(({ name }) => name === weight)!;
    const mask = await maskOf(run, parameter);
    const unitOf = new Map<number, number>();
    owner.forEach((entries, unit) => {
      for (const entry of entries.get(weight)!) unitOf.set(entry, unit);
    });
    // Kernels keep four taps; all other units keep every entry.
    if (of.layout === 'pattern') {
      const live = new Map<number, number>();
      mask.forEach((one, entry) =>
        live.set(unitOf.get(entry)!, (live.get(unitOf.get(entry)!) ?? 0) + one),
      );
      for (const [unit, taps] of live) expect(taps).toBe(present.has(unit) ? 4 : 0);
    } else {
      const wrong = mask.findIndex(
        (one, entry) => one !== (present.has(unitOf.get(entry)!) ? 1 : 0),
      );
      expect(wrong, `${weight}: the entry that lives and should not, or the reverse`).toBe(-1);
    }
    const comes = new Set(grown);
    const own = of.layout === 'channel' && weight === `${layer}.weight`;
    const initial = initialValues(parameter, SEED);
    for (const [key, values] of after) {
      if (!key.endsWith(` ${weight}`)) continue;
      const fresh = own && key.startsWith(run.store.parameters.label);
      const wrong = values.findIndex((value, entry) => {
        if (mask[entry] === 0) return value !== 0;
        if (!comes.has(unitOf.get(entry)!)) return value !== before.get(key)![entry]!;
        return value !== (fresh ? initial[entry]! : 0);
      });
      expect(wrong, `${key}: an entry that is not as it should be`).toBe(-1);
    }
  }
  if (of.layout !== 'channel') return;
  const bn = layer.replace('conv1', 'bn1');
  const { mean: means, variance } = await run.store.readRunning(bn);
  const scale = after.get(`${run.store.parameters.label} ${bn}.weight`)!;
  const shift = after.get(`${run.store.parameters.label} ${bn}.bias`)!;
  for (const channel of grown) {
    expect([scale, shift, means, variance].map((values) => values[channel])).toEqual([1, 0, 0, 1]);
  }
}

/**
 * Lists are those that the plain builder makes of the slots; what stays has its slot, and what comes has taken the
 * free ones, both in ascending order.
 */
async function checkLists(
  run: Prepared,
  of: Case,
  before: ReadonlyMap<string, Uint32Array>,
  { layers }: MaskEvent,
) {
  if (of.layout !== 'block') return;
  for (const [i, { name, lists }] of run.covered.entries()) {
    const [outChannels, inChannels] = COVERED[name.replace('.weight', '')]!;
    const shape = { outChannels, inChannels, kernel: 3, stride: 1, pad: 1 } as const;
    const withRoom = (capacity: number) => blockGrid(shape, BLOCK, () => capacity);
    let grid = withRoom(1);
    while (listOffsets(grid).words !== lists!.words) grid = withRoom(grid.capacity + 1);
    const at = listOffsets(grid);
    const slotsOf = (words: Uint32Array) => [
      ...words.subarray(at.blockOfSlot, at.blockOfSlot + grid.capacity),
    ];
    const { dropped, grown } = layers[i]!;
    const slots = slotsOf(before.get(name)!).map((block) =>
      dropped.includes(block) ? NONE : block,
    );
    for (const block of grown) slots[slots.indexOf(NONE)] = block;
    expect(await readLists(run.store, name), name).toEqual(buildLists(grid, slots));
  }
}

/** Dead entries and free places hold exact zeros in weights and velocity. */
async function deadIsZero(run: Prepared): Promise<void> {
  const { store, device } = run;
  const live = new Uint32Array((await readFloats(device, store.live!)).buffer);
  const isLive = (at: number) => ((live[at >> 5]! >>> (at & 31)) & 1) === 1;
  for (const arena of [store.parameters, store.optimizer.get('velocity')!]) {
    const floats = await readFloats(device, arena);
    for (const { name, storage } of run.covered) {
      const at = store.at(name);
      for (let i = at; i < at + storage; i++) {
        if (!isLive(i) && floats[i] !== 0) throw new Error(`${name}: ${floats[i]!} at ${i - at}`);
      }
    }
  }
}

describe('masks through two tasks', () => {
  test.each(
    CASES.map((of) => [`${of.layout} ${of.dynamic} ${of.budget ?? 'uniform'}`, of] as const),
  )('%s', async (_, of) => {
    const run = await prepare(of);
    const { keeper, store, device, options, source, saliency } = run;
    const { p, m } = { p: 1 - options.sparsity, m: options.maskChange };
    const live = new Map(
      (await keeper.masks()).map(({ name, live: units }) => [name, new Set(units)]),
    );
    const start = of.dynamic === 'gmp' ? 1 : p;
    for (const layer of layersOf(of.layout)) {
      const units = entriesOf(of.layout, layer);
      const count = countAt(of.layout, units.length, layerDensity(of, layer, start));
      expect(live.get(layer)!.size).toBe(count);
      if (run.dynamic.initial === 'random') continue;
      const initial = new Map(run.covered.map((each) => [each.name, initialValues(each, SEED)]));
      const slope = of.dynamic === 'snip' ? saliency : null;
      const scores = scoresOf(
        of.layout,
        units,
        (w, e) => Math.abs(Math.fround(initial.get(w)![e]! * (slope ? slope.get(w)![e]! : 1))),
        null,
      );
      const best = bestUnits(
        units.map((__, unit) => unit),
        count,
        (unit) => scores[unit]!,
        filterOf(of.layout, layer).filterOf,
      );
      expect([...live.get(layer)!]).toEqual(best);
      if (of.layout === 'pattern') await checkStartPatterns(run, layer, initial, slope);
    }
    const extra = store.addArena('optimizer', 'extra');
    device.device.queue.writeBuffer(extra, 0, new Float32Array(store.floats).fill(KEPT));

    const changes = new ChangeSchedule(run.dynamic, options);
    let made = 0;
    for (let task = 0; task < TASKS; task++) {
      const schedule = plainSchedule(
        of.dynamic,
        { epochs: 10, every: 1, freeze: 9, ...{ p, m } },
        task,
      );
      let next = 0;
      for (let step = 0; step <= STEPS; step++) {
        const due = changes.next({ index: task, tasks: TASKS }, step, STEPS);
        const expected = schedule[next];
        expect(due?.step ?? null).toBe(expected ? (expected.epoch * STEPS) / 10 : null);
        if (due?.step === step && expected) {
          const change = { task, index: next, dropTo: expected.dropTo, growTo: expected.growTo };
          await checkChange(run, of, live, change, () => keeper.change(due, source));
          made++;
          next++;
        }
        if (step === STEPS) break;
        await run.step();
        if (step % 4 === 3) await deadIsZero(run);
      }
      expect(next).toBe(schedule.length);
    }
    const still = ['static', 'snip'].includes(of.dynamic);
    if (still) expect(made).toBe(0);
    else expect(made).toBeGreaterThanOrEqual(of.dynamic === 'gmp' ? 9 : 16);
    const masks = (await keeper.masks()).map(({ name, live: units }) => [name, [...units]]);
    const known = [...live].map(([name, units]) => [name, [...units].sort((a, b) => a - b)]);
    expect(masks).toEqual(known);
  });
});

/** Kernels of a start by magnitudes have the pattern that keeps most of them. */
async function checkStartPatterns(
  run: Prepared,
  layer: string,
  initial: ReadonlyMap<string, Float32Array>,
  slope: Gradients | null,
) {
  const weight = `${layer}.weight`;
  const mask = await maskOf(
    run,
    run.covered.find(({ name }) => name === weight)!,
  );
  for (let kernel = 0; kernel < mask.length / 9; kernel++) {
    const entries = Array.from({ length: 9 }, (_, tap) => kernel * 9 + tap);
    const taps = entries.flatMap((entry, tap) => (mask[entry] === 1 ? [tap] : []));
    if (taps.length === 0) continue;
    const values = entries.map((e) => initial.get(weight)![e]! * (slope?.get(weight)![e] ?? 1));
    expect(taps).toEqual(bestTaps(values));
  }
}

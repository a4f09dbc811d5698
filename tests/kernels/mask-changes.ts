/**
 * Changes of a mask against the plain reference, which knows the papers' rules and the weights: which units go and
 * come, what becomes of their numbers in every arena, and which slots they take.
 */
import { expect } from 'vitest';
import type { Gradients } from '../../src/sparse/mask/gradients.ts';
import type { MaskEvent } from '../../src/sparse/mask/mask-owner.ts';
import { initialValues } from '../../src/nn/tensor/init.ts';
import { blockGrid } from '../../src/sparse/layouts/block/block-grid.ts';
import { buildLists, listOffsets, NONE } from '../../src/sparse/layouts/block/block-lists.ts';
import { plainDecision, plainRandomRank } from '../reference/plain/mask-dynamics.ts';
import { readFloats, readLists } from './engine.ts';
import { BLOCK, COVERED, maskOf, SEED, type Case, type Prepared } from './masked-network.ts';
import {
  bestTaps,
  countAt,
  entriesOf,
  filterOf,
  layerDensity,
  layersOf,
  scoresOf,
  type Entries,
} from './plain-units.ts';

/** Checks one change against the plain reference; `live` are the live units of each layer and follow it. */
export async function checkChange(
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
export async function deadIsZero(run: Prepared): Promise<void> {
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

/** Kernels of a start by magnitudes have the pattern that keeps most of them. */
export async function checkStartPatterns(
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

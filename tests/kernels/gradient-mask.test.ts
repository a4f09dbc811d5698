/**
 * Gradients that are left out: which weights are chosen, against a sort; what moves and what does not, against
 * plain SGD on gradients from elsewhere; and what it saves.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { STRATEGIES } from '../../src/continual/strategies/registry.ts';
import type { GradientMaskOptions } from '../../src/continual/step/gradient-mask.ts';
import { workLedger } from '../../src/lab/report/ledger.ts';
import type { Parameter } from '../../src/nn/tensor/parameter.ts';
import { relativeError } from '../reference/compare.ts';
import { topK } from '../reference/plain/top-k.ts';
import { gpu, noErrors, readFloats, readLists, readWords } from './engine.ts';
import {
  bitsOf,
  BLOCK,
  indicesOf,
  OPTIONS,
  SCALARS,
  sparseTrainer,
  SPARSITY,
  TASKS,
  type SparseTrainer,
} from './sparse-trainer.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

const LAYOUTS = ['block', 'pattern', 'unstructured'] as const;
const MASK: GradientMaskOptions = {
  sparsity: 0.8,
  refresh: 3,
  score: 'last-gradient',
  alpha: 0.5,
  beta: 1,
};

/** Floats of a unit, and units of a layer, dead ones included, from the shape alone. */
const UNITS = {
  block: {
    floats: BLOCK.rows * BLOCK.columns,
    of: ([outs = 1, ins = 1]: readonly number[]) =>
      Math.ceil(outs / BLOCK.rows) * Math.ceil(ins / BLOCK.columns) * 9,
  },
  pattern: { floats: 4, of: ([outs = 1, ins = 1]: readonly number[]) => (outs * ins * 9) / 4 },
  unstructured: { floats: 1, of: ([outs = 1, ins = 1]: readonly number[]) => outs * ins * 9 },
} as const;

const countOf = (layout: keyof typeof UNITS, { shape }: Parameter, sparsity: number) =>
  Math.max(1, Math.round((1 - sparsity) * UNITS[layout].of(shape)));

/** The storage cut into units: of each the mean over what lives, −1 where nothing does. */
function unitMeans(floats: number, stored: Float32Array, live: readonly boolean[]): number[] {
  return Array.from({ length: stored.length / floats }, (_, unit) => {
    const places = Array.from({ length: floats }, (_, i) => unit * floats + i);
    const values = places.filter((at) => live[at]).map((at) => Math.abs(stored[at]!));
    return values.length === 0 ? -1 : values.reduce((a, b) => a + b, 0) / values.length;
  });
}

/** Of the live units those `count` with the largest scores, of equals the first. */
function chosenOf(scores: readonly number[], count: number): Set<number> {
  const live = scores.flatMap((score, unit) => (score >= 0 ? [unit] : []));
  const best = topK(
    Float32Array.from(live, (unit) => scores[unit]!),
    Math.min(count, live.length),
  );
  return new Set(Array.from(best, (i) => live[i]!));
}

/** Fails unless exactly the live entries of the chosen units may move, and returns how many units that are. */
async function expectChosen(
  run: SparseTrainer,
  parameter: Parameter,
  floats: number,
  chosen: ReadonlySet<number>,
): Promise<void> {
  const live = await bitsOf(run, run.store.live!, parameter);
  const moves = await bitsOf(run, run.trainer.gradientSlots!.moves, parameter);
  const expected = live.map((lives, at) => lives && chosen.has(Math.floor(at / floats)));
  expect(moves, parameter.name).toEqual(expected);
}

const liveCount = (scores: readonly number[]) => scores.filter((score) => score >= 0).length;

describe.each(LAYOUTS)('%s', (layout) => {
  const { floats } = UNITS[layout];

  test("by the step's own gradient, the largest are chosen", async () => {
    const free = await sparseTrainer({ layout });
    await free.step(0);
    const run = await sparseTrainer({ layout, gradientMask: MASK });
    await run.step(0);
    for (const [i, parameter] of run.sparse.entries()) {
      const gradient = await free.stored(free.store.gradients, free.sparse[i]!);
      const live = await bitsOf(run, run.store.live!, parameter);
      const scores = unitMeans(floats, gradient, live);
      const count = countOf(layout, parameter, MASK.sparsity);
      expect(count).toBeLessThan(liveCount(scores));
      expect(run.trainer.gradientSlots!.countOf(parameter.name)).toBe(count);
      await expectChosen(run, parameter, floats, chosenOf(scores, count));
    }
    // Everywhere else whatever lives moves.
    for (const parameter of run.parameters.filter(({ lists }) => !lists)) {
      const moves = await bitsOf(run, run.trainer.gradientSlots!.moves, parameter);
      expect(moves).not.toContain(false);
    }
  });

  test('by importance, current and replayed gradients are weighed', async () => {
    const gradientMask = { ...MASK, score: 'importance', refresh: 1 } as const;
    const run = await sparseTrainer({ layout, gradientMask, gradientPasses: ['separate'] });
    for (let step = 0; step < 3; step++) {
      const { current, buffer } = await run.gradients(step).separate();
      expect(buffer === null).toBe(step === 0);
      await run.step(step);
      for (const parameter of run.sparse) {
        const live = await bitsOf(run, run.store.live!, parameter);
        const lists = await readLists(run.store, parameter.name);
        const means = (gradient: Float32Array) =>
          unitMeans(floats, parameter.pack(gradient, lists), live);
        const replayed = buffer && means(buffer.get(parameter.name)!);
        const scores = means(current.get(parameter.name)!).map((score, unit) =>
          score < 0 ? score : MASK.alpha * score + MASK.beta * (replayed?.[unit] ?? 0),
        );
        const count = countOf(layout, parameter, MASK.sparsity);
        await expectChosen(run, parameter, floats, chosenOf(scores, count));
      }
    }
  });

  test('of equals the first are chosen, and never one that is dead', async () => {
    // More room than units, and no gradient anywhere but in the head.
    const run = await sparseTrainer({ layout, room: 0.7, gradientMask: MASK });
    run.store.write('classifier.weight', new Float32Array(6 * 24));
    await run.step(0);
    for (const parameter of run.sparse) {
      const live = await bitsOf(run, run.store.live!, parameter);
      const scores = unitMeans(floats, new Float32Array(live.length), live);
      const count = countOf(layout, parameter, MASK.sparsity);
      await expectChosen(run, parameter, floats, chosenOf(scores, count));
    }
  });

  test.each([
    ['last-gradient', 'sgd-momentum', {}],
    ['importance', 'sgd', { sequenced: true }],
  ] as const)('what is chosen moves, nothing else: %s, %s', async (score, optimizer, memory) => {
    const gradientMask = { ...MASK, score };
    const options = { layout, optimizer, gradientMask, ...memory };
    const run = await sparseTrainer({ ...options, gradientPasses: ['dense'] });
    const { store } = run;
    const velocity = store.optimizer.get('velocity');
    const momentum = velocity ? SCALARS.momentum : 0;
    let chosenBefore: boolean[] = [];
    for (let step = 0; step < 7; step++) {
      const wanted = await run.gradients(step).dense();
      const before = new Map<string, { weight: Float32Array; velocity: Float32Array | null }>();
      for (const parameter of run.parameters) {
        before.set(parameter.name, {
          weight: await run.stored(store.parameters, parameter),
          velocity: velocity ? await run.stored(velocity, parameter) : null,
        });
      }
      await run.step(step);
      const moving: boolean[] = [];
      for (const parameter of run.sparse) {
        const { name } = parameter;
        const moves = await bitsOf(run, run.trainer.gradientSlots!.moves, parameter);
        moving.push(...moves);
        const live = await bitsOf(run, store.live!, parameter);
        expect(moves.filter((moves, at) => moves && !live[at])).toEqual([]);
        // What is left out has no gradient, what is chosen has that of the whole batch.
        const lists = await readLists(store, name);
        const expected = parameter
          .pack(wanted.get(name)!, lists)
          .map((value, at) => (moves[at] ? value : 0));
        const gradient = await run.stored(store.gradients, parameter);
        expect(relativeError(gradient, expected), `${name}, step ${step}`).toBeLessThan(1e-4);
        expect(gradient.filter((value, at) => !moves[at] && value !== 0)).toEqual(
          new Float32Array(),
        );
        const { weight, velocity: held } = before.get(name)!;
        const after = await run.stored(store.parameters, parameter);
        const heldAfter = velocity ? await run.stored(velocity, parameter) : null;
        const plain = weight.map((w, at) => {
          const pulled = expected[at]! + SCALARS.weightDecay * w + momentum * (held?.[at] ?? 0);
          return moves[at] ? -SCALARS.rate * pulled : 0;
        });
        const moved = after.map((w, at) => w - weight[at]!);
        expect(relativeError(moved, plain), `${name} moves, step ${step}`).toBeLessThan(1e-3);
        after.forEach((w, at) => {
          if (moves[at]) return;
          expect(Object.is(w, weight[at])).toBe(true);
          expect(heldAfter?.[at]).toBe(held?.[at]);
        });
        expect(plain.some((value) => value !== 0)).toBe(true);
      }
      // The choice stands between refreshes, and falls anew at them.
      if (step % MASK.refresh !== 0) expect(moving).toEqual(chosenBefore);
      else if (step > 0) expect(moving).not.toEqual(chosenBefore);
      chosenBefore = moving;
      // The head moves as it would without.
      const head = run.parameters.find(({ name }) => name === 'classifier.weight')!;
      const moved = await run.stored(store.parameters, head);
      expect(moved).not.toEqual(before.get(head.name)!.weight);
    }
    const runs = run.trainer.work.map((each) => each.runs);
    expect(runs.slice(0, 2)).toEqual([4, 3]);
    if (score === 'importance') expect(runs.slice(2, 4)).toEqual([3, 2]);
  });

  test('with nothing to leave out, all is as without a gradient mask', async () => {
    const free = await sparseTrainer({ layout });
    for (let step = 0; step < 5; step++) await free.step(step);
    const expected = await free.state();
    const run = await sparseTrainer({ layout, gradientMask: { ...MASK, sparsity: 0 } });
    for (let step = 0; step < 5; step++) await run.step(step);
    expect(await run.state()).toEqual(expected);
  });

  test('a change of the mask has the gradients chosen anew', async () => {
    const run = await sparseTrainer({ layout, gradientMask: { ...MASK, refresh: 100 } });
    await run.step(0);
    await run.step(1);
    expect(run.trainer.work.map(({ runs }) => runs)).toEqual([1, 1]);
    // All of one layer's chosen units die, by the lists of another seed.
    const [parameter] = run.sparse;
    run.store.writeLists(parameter!.name, parameter!.lists!.initial(77));
    run.trainer.masksChanged(new Map());
    await run.step(2);
    expect(run.trainer.work.map(({ runs }) => runs)).toEqual([1, 2]);
    const live = await bitsOf(run, run.store.live!, parameter!);
    const moves = await bitsOf(run, run.trainer.gradientSlots!.moves, parameter!);
    const entries = moves.filter(Boolean).length;
    expect(moves.filter((moves, at) => moves && !live[at])).toEqual([]);
    expect(entries).toBeGreaterThan(0);
    await run.trainer.beginTask(TASKS[1]!);
    await run.step(3);
    expect(run.trainer.work.map(({ runs }) => runs)).toEqual([1, 3]);
  });
});

test('work of left-out blocks is left out, and counted so', async () => {
  const free = await sparseTrainer({ layout: 'block' });
  const gradientMask = { ...MASK, score: 'importance' } as const;
  const run = await sparseTrainer({ layout: 'block', gradientMask });
  const { created } = run.device.memory;
  for (let step = 0; step < 6; step++) await run.step(step);
  expect(run.device.memory.created).toBe(created);
  const macs = (entries: SparseTrainer['trainer']['plan']['entries'], label: string) =>
    entries.filter((entry) => entry.label === label).map((entry) => entry.macs);
  const [reuse, refresh] = run.trainer.work;
  for (const parameter of run.sparse) {
    const label = parameter.name.replace('.weight', ' weight gradient');
    const blocks = UNITS.block.of(parameter.shape);
    const live = Math.max(1, Math.round((1 - SPARSITY) * blocks));
    const share = countOf('block', parameter, MASK.sparsity) / live;
    const [whole] = macs(free.trainer.plan.entries, label);
    expect(macs(refresh!.entries, label)).toEqual([whole]);
    const [left] = macs(reuse!.entries, label);
    expect(left! / whole! / share).toBeCloseTo(1, 12);
    expect(share).toBeLessThan(0.55);
    // Invocations too, not only their count.
    const groups = (plan: SparseTrainer['trainer']['plan']) =>
      plan.entries.find((entry) => entry.label === label)!;
    expect(groups(run.trainer.plan).bytesWritten).toBeLessThan(
      groups(free.trainer.plan).bytesWritten,
    );
  }
  const draws = STRATEGIES.derpp.draws(OPTIONS);
  const ledger = workLedger(run.trainer.work, draws, 6);
  const kind = 'weight-gradient';
  const of = (entries: readonly { kind: string; macs: number }[]) =>
    entries.filter((entry) => entry.kind === kind).reduce((sum, entry) => sum + entry.macs, 0);
  // Two scores of the current batch, and one of the buffer, which was empty at first.
  const scores = run.trainer.work.slice(2);
  expect(scores.map(({ runs }) => runs)).toEqual([2, 1]);
  const expected =
    4 * of(reuse!.entries) +
    2 * of(refresh!.entries) +
    scores.reduce((sum, { entries, runs }) => sum + runs * of(entries), 0);
  expect(ledger.run.kinds[kind].macs).toBeCloseTo(expected, 3);
  expect(ledger.step.kinds[kind].macs).toBeCloseTo(expected / 6, 3);
});

test('a gradient that another one bends is bent by what is chosen of it', async () => {
  const run = await sparseTrainer({
    layout: 'block',
    strategyName: 'agem',
    strategyOptions: { ...OPTIONS, maskedHead: true },
    gradientMask: MASK,
    gradientPasses: ['separate'],
  });
  const { device, store, trainer } = run;
  for (let step = 0; step < 2; step++) await run.step(step, TASKS[0]);
  await trainer.endTask(TASKS[0]!);
  await trainer.beginTask(TASKS[1]!);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  let bent = 0;
  for (let step = 0; step < 7; step++) {
    await run.gradients(step).separate();
    // The passes leave the gradient of the buffer, all of which the step replays too.
    const whole = await readFloats(device, store.gradients);
    await run.step(step);
    const gradient = await readFloats(device, store.gradients);
    if (step % MASK.refresh === 0) continue;
    const words = await readWords(device, trainer.gradientSlots!.moves);
    const moves = gradient.map((_, at) => (words[at >> 5]! >>> (at & 31)) & 1);
    const reference = whole.map((value, at) => value * moves[at]!);
    expect(dot(reference, reference)).toBeLessThan(0.99 * dot(whole, whole));
    expect(gradient.filter((value, at) => moves[at] === 0 && value !== 0)).toHaveLength(0);
    const current = await readFloats(device, run.labelled('gradient of the current batch'));
    const against = dot(current, reference);
    if (against >= 0) continue;
    bent++;
    const share = against / dot(reference, reference);
    const expected = current.map((value, at) => moves[at]! * (value - share * reference[at]!));
    expect(relativeError(gradient, expected)).toBeLessThan(1e-4);
  }
  expect(bent).toBeGreaterThan(1);
});

test('what a penalty adds to a gradient is left out as well', async () => {
  const run = await sparseTrainer({
    layout: 'block',
    strategyName: 'ewc',
    strategyOptions: { ...OPTIONS, penalty: 10 },
    gradientMask: MASK,
  });
  const { store, trainer } = run;
  for (let step = 0; step < 2; step++) await run.step(step, TASKS[0]);
  await trainer.endTask(TASKS[0]!);
  await trainer.beginTask(TASKS[1]!);
  let left = 0;
  for (let step = 0; step < 6; step++) {
    await run.step(step);
    for (const parameter of run.sparse) {
      const moves = await bitsOf(run, trainer.gradientSlots!.moves, parameter);
      const gradient = await run.stored(store.gradients, parameter);
      expect(gradient.filter((value, at) => !moves[at] && value !== 0)).toHaveLength(0);
      expect(gradient.some((value) => value !== 0)).toBe(true);
      left += moves.filter((moves) => !moves).length;
    }
  }
  expect(left).toBeGreaterThan(0);
});

test('a gradient mask says what it cannot be', async () => {
  const asked = (layout: 'dense' | 'channel' | 'block', change: Partial<GradientMaskOptions>) =>
    sparseTrainer({ layout, gradientMask: { ...MASK, ...change } });
  await expect(asked('dense', {})).rejects.toThrow(RangeError);
  await expect(asked('channel', {})).rejects.toThrow(RangeError);
  const owned = sparseTrainer({ layout: 'dense', strategyName: 'packnet', gradientMask: MASK });
  await expect(owned).rejects.toThrow('its own update');
  await expect(asked('block', { sparsity: 1 })).rejects.toThrow('[0, 1)');
  await expect(asked('block', { refresh: 0 })).rejects.toThrow('every 1, 2');
  expect(indicesOf(0)).toHaveLength(OPTIONS.batch);
});

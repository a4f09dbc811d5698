/**
 * PackNet: whose each weight is, against a plain sort; that what a task has kept is the same bits for ever after,
 * also under momentum and decay; that later tasks train with the first one's norms; what an evaluation is shown.
 */
import { afterEach, expect, test } from 'vitest';
import { packnet } from '../../src/continual/strategies/packnet.ts';
import { unstructuredLayout } from '../../src/sparse/layouts/unstructured/layout.ts';
import { relativeError } from '../reference/compare.ts';
import { heldBackward } from '../reference/plain/held-norms.ts';
import { forward } from '../reference/plain/network.ts';
import { rowLoss } from '../reference/plain/row-loss.ts';
import { gpu, noErrors, readFloats } from './engine.ts';
import {
  BATCH,
  CLASSES,
  imagesOf,
  indicesOf,
  NETWORK,
  rowsOf,
  smallTasks,
  TASKS,
} from './small-tasks.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

/** Steps of a task; the pruning comes before the fifth. */
const STEPS = 6;
const PRUNED_BEFORE = 4;
const LAYERS = ['conv1', 'conv2', 'conv3', 'conv4'].map((name) => `${name}.weight`);

type Values = ReadonlyMap<string, Float32Array>;

/** Of the numbers that `own` admits, the half with the least magnitude, ties by index: 1 where pruned. */
function pruned(values: Float32Array, own: (i: number) => boolean): Uint8Array {
  const ranked = [...values.keys()]
    .filter(own)
    .sort((a, b) => Math.abs(values[a]!) - Math.abs(values[b]!) || a - b);
  const marks = new Uint8Array(values.length);
  for (const i of ranked.slice(0, Math.round(ranked.length / 2))) marks[i] = 1;
  return marks;
}

test('owners, frozen bits, frozen norms and what is shown', async () => {
  const run = await smallTasks(packnet, {
    optimizer: 'sgd-momentum',
    scalars: { momentum: 0.9, weightDecay: 0.01, rate: 0.02 },
  });
  const { store, trainer, device } = run;
  const running = async () =>
    new Map(
      await Promise.all(
        store.runningNames.map(async (name) => [name, await store.readRunning(name)] as const),
      ),
    );
  /** Trains a task; returns the weights just before they are pruned, just after, and at the end. */
  const learn = async (index: number) => {
    const task = await run.begin(index);
    const begun = await run.weights();
    let before: Values = new Map();
    let after: Values = new Map();
    for (let step = 0; step < STEPS; step++) {
      if (step === PRUNED_BEFORE) before = await run.weights();
      const due = packnet.points!.filter((point) => Math.ceil(point * STEPS) === step);
      for (const point of due) await trainer.atPoint(task, point);
      if (step === PRUNED_BEFORE) after = await run.weights();
      await run.step(task, index * STEPS + step);
    }
    await trainer.endTask(task);
    return { begun, before, after, end: (await run.weights()) as Values };
  };

  const first = await learn(0);
  const frozenNorms = await running();
  const free = new Map<string, Uint8Array>();
  for (const name of LAYERS) {
    const marks = pruned(first.before.get(name)!, () => true);
    free.set(name, marks);
    marks.forEach((mark, i) => {
      const [before, after, end] = [first.before, first.after, first.end].map(
        (values) => values.get(name)![i],
      );
      if (mark === 1) expect([after, end]).toEqual([0, 0]);
      else expect(after).toBe(before);
    });
    const kept = first.end.get(name)!.filter((_, i) => marks[i] === 0);
    const was = first.after.get(name)!.filter((_, i) => marks[i] === 0);
    expect(kept, `${name} is retrained`).not.toEqual(was);
  }

  // The second task: its first gradient is of norms that go by the first task's statistics.
  const second = TASKS[1]!;
  const rows = rowsOf(1, indicesOf(STEPS));
  const state = { parameters: first.end, running: frozenNorms };
  const passed = forward(NETWORK, state, imagesOf(rows), 'eval');
  const mask = Array.from({ length: CLASSES }, (_, k) => k >= second.firstOutput);
  const { dlogits } = rowLoss(
    passed.logits,
    rows.map(({ label }) => label),
    new Float64Array(rows.length * CLASSES),
    rows.map(() => ({ crossEntropy: 1 / BATCH, mse: 0, kl: 0, temperature: 1, mask })),
    CLASSES,
  );
  const gradients = heldBackward(NETWORK, state, passed, dlogits);
  const probe = await run.begin(1);
  const bits = await readFloats(device, store.parameters);
  await trainer.step(probe, indicesOf(STEPS), {
    ...{ rate: 0, momentum: 0, weightDecay: 0, augment: false },
    ...{ step: STEPS, update: 1 },
  });
  expect(await readFloats(device, store.parameters)).toEqual(bits);
  for (const [name, found] of await run.gradients()) {
    expect(relativeError(found, gradients.get(name)!), `gradient of ${name}`).toBeLessThan(2e-3);
  }

  const last = await learn(1);
  expect(await running()).toEqual(frozenNorms);
  for (const [name, end] of last.end) {
    const was = first.end.get(name)!;
    const marks = free.get(name);
    const row = end.length / CLASSES;
    const isOwn = (i: number) =>
      name.startsWith('classifier') ? i >= second.firstOutput * row : marks?.[i] === 1;
    const frozen = [...end.keys()].filter((i) => !isOwn(i));
    expect(frozen.length).toBeGreaterThan(0);
    expect(
      frozen.every((i) => Object.is(end[i], was[i])),
      `${name}: what is not the second task's`,
    ).toBe(true);
    if (!marks) continue;
    const again = pruned(last.before.get(name)!, (i) => marks[i] === 1);
    [...end.keys()].filter(isOwn).forEach((i) => {
      if (again[i] === 1) expect(end[i]).toBe(0);
      else expect(end[i]).not.toBe(0);
    });
  }

  // Evaluation of the first task is by its weights alone, of the second by both; then all are back.
  const whole = await readFloats(device, store.parameters);
  trainer.strategy.beginEvaluation();
  trainer.strategy.showTask(0);
  for (const name of LAYERS) {
    const shown = await store.read(name);
    const own = first.end.get(name)!;
    expect(shown.every((value, i) => Object.is(value, own[i]))).toBe(true);
  }
  trainer.strategy.showTask(1);
  expect(await readFloats(device, store.parameters)).toEqual(whole);
  trainer.strategy.endEvaluation();
  expect(await readFloats(device, store.parameters)).toEqual(whole);
});

test('takes dense networks alone', async () => {
  await expect(
    smallTasks(packnet, { layoutFor: () => unstructuredLayout({ sparsity: 0.5 }) }),
  ).rejects.toThrow('layout must be dense');
  await expect(smallTasks(packnet, { options: { emaDecay: 0.9 } })).rejects.toThrow('emaDecay');
});

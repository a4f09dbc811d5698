/** Averaged weights beside the trained ones: their recurrence, and how they are shown and taken away again. */
import { afterEach, expect, test } from 'vitest';
import { STRATEGIES } from '../../src/continual/strategies/registry.ts';
import { relativeError } from '../reference/compare.ts';
import { gpu, noErrors, readFloats } from './engine.ts';
import { combine, smallTasks, type Weights } from './small-tasks.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

test.each([
  { decay: 0.99, what: 'young: the mean of few steps' },
  { decay: 0.6, what: 'at its decay' },
])('the average follows weights and statistics, $what', async ({ decay }) => {
  const run = await smallTasks(STRATEGIES.finetune, { options: { emaDecay: decay } });
  const { store, trainer, device } = run;
  const statistics = async () => new Map([['all', await readFloats(device, store.running)]]);
  const task = await run.begin(0);
  let average: Weights = await run.weights();
  let averageStatistics: Weights = await statistics();
  for (let step = 0; step < 4; step++) {
    await run.step(task, step);
    const kept = Math.min(1 - 1 / (step + 2), decay);
    const mix = (a: number, w: number) => kept * a + (1 - kept) * w;
    average = combine(average.keys(), [average, await run.weights()], mix);
    averageStatistics = combine(['all'], [averageStatistics, await statistics()], mix);
  }
  await trainer.endTask(task);
  const trained = await readFloats(device, store.parameters);
  const trainedStatistics = await readFloats(device, store.running);

  trainer.strategy.beginEvaluation();
  for (const [name, values] of await run.weights()) {
    expect(relativeError(values, average.get(name)!), name).toBeLessThan(1e-6);
  }
  const shown = await statistics();
  expect(relativeError(shown.get('all')!, averageStatistics.get('all')!)).toBeLessThan(1e-6);
  trainer.strategy.endEvaluation();
  expect(await readFloats(device, store.parameters)).toEqual(trained);
  expect(await readFloats(device, store.running)).toEqual(trainedStatistics);

  // Whoever changes a mask finds it among what is zeroed where a slot is reassigned.
  expect(store.perEntry).toContain(run.labelled('averaged weights'));
});

test('begins anew where the network does', async () => {
  const run = await smallTasks(STRATEGIES.gdumb, { options: { emaDecay: 0.9 } });
  const initial = await run.weights();
  for (const index of [0, 1]) {
    const task = await run.begin(index);
    for (let step = 0; step < 2; step++) await run.step(task, 2 * index + step, [0, 2, 4]);
    await run.trainer.endTask(task);
  }
  const task = await run.begin(1);
  await run.step(task, 4, [1, 3, 5]);
  const trained = await run.weights();
  run.trainer.strategy.beginEvaluation();
  const half = combine(initial.keys(), [initial, trained], (a, w) => (a + w) / 2);
  for (const [name, values] of await run.weights()) {
    expect(relativeError(values, half.get(name)!), name).toBeLessThan(1e-6);
  }
});

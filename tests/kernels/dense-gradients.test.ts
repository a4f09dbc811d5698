/**
 * Gradients of all weights of a sparse network, dead ones too, against the plain network with zeros in their
 * places; of exactly the batch that the next step trains on; and what they cost.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { STRATEGIES } from '../../src/continual/strategies/registry.ts';
import { workLedger } from '../../src/lab/report/ledger.ts';
import { relativeError } from '../reference/compare.ts';
import { IMAGE_BYTES } from '../../src/data/image-set.ts';
import { normalise } from '../reference/inputs.ts';
import { backward, forward } from '../reference/plain/network.ts';
import { pocket } from '../reference/plain/networks.ts';
import { rowLoss } from '../reference/plain/row-loss.ts';
import { gpu, noErrors } from './engine.ts';
import {
  BUFFER,
  CLASSES,
  indicesOf,
  maskOf,
  OPTIONS,
  sparseTrainer,
  TASKS,
  WIDTH,
} from './sparse-trainer.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

const LAYOUTS = ['block', 'pattern', 'unstructured'] as const;
const PASSES = { gradientPasses: ['dense'] } as const;

describe.each(LAYOUTS)('%s', (layout) => {
  test('dead weights have their gradients too', async () => {
    const run = await sparseTrainer({ layout, strategyName: 'finetune', ...PASSES });
    await run.step(0);
    const { store } = run;
    const found = await run.gradients(1).dense();
    const read = async <Value>(names: string[], get: (name: string) => Promise<Value>) =>
      new Map(await Promise.all(names.map(async (name) => [name, await get(name)] as const)));
    const parameters = await read(store.names, (name) => store.read(name));
    const running = await read(store.runningNames, (name) => store.readRunning(name));
    const indices = [...indicesOf(1)];
    const bytes = indices.flatMap((i) => [
      ...run.bytes.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
    ]);
    const network = pocket(CLASSES, WIDTH);
    const groups = [{ capacity: indices.length, live: indices.length }];
    const x = normalise(new Uint8Array(bytes));
    const passed = forward(network, { parameters, running }, x, groups);
    const terms = { crossEntropy: 1 / indices.length, mse: 0, kl: 0, temperature: 1, mask: null };
    const { dlogits } = rowLoss(
      passed.logits,
      indices.map((i) => TASKS[1]!.targets[i]!),
      new Float64Array(indices.length * CLASSES),
      indices.map(() => terms),
      CLASSES,
    );
    const expected = backward(network, parameters, passed, dlogits, groups);
    expect([...found.keys()]).toEqual(['conv2.weight', 'conv3.weight', 'conv4.weight']);
    for (const parameter of run.sparse) {
      const { name } = parameter;
      expect(relativeError(found.get(name)!, expected.get(name)!), name).toBeLessThan(1e-3);
      const mask = await maskOf(run, parameter);
      const dead = found.get(name)!.filter((value, i) => mask[i] === 0 && value !== 0);
      expect(dead.length).toBeGreaterThan(0.4 * mask.length);
    }
  });

  test.each([
    ['as one batch', {}],
    ['group after group', { sequenced: true }],
  ])('they are of the batch to come, replayed images too, %s', async (_, memory) => {
    // A draw of fewer than the buffer holds, and crops.
    const strategyOptions = { ...OPTIONS, replayBatch: BUFFER - 3 };
    const run = await sparseTrainer({ layout, strategyOptions, ...PASSES, ...memory });
    const scalars = { rate: 0.05, momentum: 0.9, weightDecay: 0, augment: true };
    const stepOf = (step: number) =>
      [TASKS[1]!, indicesOf(step), { ...scalars, step, update: step + 1 }] as const;
    for (let step = 0; step < 4; step++) {
      const dense = await run.trainer.gradients(...stepOf(step)).dense();
      await run.trainer.step(...stepOf(step));
      for (const parameter of run.sparse) {
        const mask = await maskOf(run, parameter);
        const live = dense.get(parameter.name)!.map((value, i) => value * mask[i]!);
        const trained = await run.store.readGradient(parameter.name);
        expect(relativeError(live, trained), `${parameter.name}, ${step}`).toBeLessThan(1e-5);
      }
    }
  });
});

test('they are counted as dense work, which published tables leave out', async () => {
  const run = await sparseTrainer({ layout: 'block', ...PASSES });
  await run.step(0);
  await run.gradients(1).dense();
  const [steps, dense, ...rest] = run.trainer.work;
  expect([steps, dense]).toMatchObject([
    { runs: 1, published: true },
    { runs: 1, published: false },
  ]);
  expect(rest).toEqual([]);
  const gradients = dense!.entries.filter(({ label }) => /^conv[234] weight gradient$/.test(label));
  expect(gradients).toHaveLength(3);
  // Three groups of 6, 7 and 7 rows, each padded to 8.
  const rows = 3 * 8;
  const layers = [
    [WIDTH, 2 * WIDTH, 8],
    [2 * WIDTH, 4 * WIDTH, 8],
    [4 * WIDTH, 4 * WIDTH, 4],
  ] as const;
  const macs = layers.map(([from, to, side]) => 9 * from * to * side * side * rows);
  expect(gradients.map((entry) => entry.macs).reverse()).toEqual(macs);
  const { run: whole } = workLedger(run.trainer.work, STRATEGIES.derpp.draws(OPTIONS), 1);
  const sum = (entries: typeof gradients) =>
    entries.reduce((total, entry) => total + entry.macs, 0);
  expect(whole.all.macs).toBe(sum([...steps!.entries]) + sum([...dense!.entries]));
  expect(whole.published.macs).toBeLessThan(sum([...steps!.entries]));
  // The peak: four bytes for each weight that the layers would have.
  const weights = run.sparse.reduce((total, { name }) => {
    const { size } = run.labelled(`${name}, dense gradient`);
    return total + size;
  }, 0);
  const channels = layers.reduce((total, [from, to]) => total + 9 * from * to, 0);
  expect(weights).toBe(4 * channels);
});

test('left-out channels have none', async () => {
  await expect(sparseTrainer({ layout: 'channel', ...PASSES })).rejects.toThrow(RangeError);
});

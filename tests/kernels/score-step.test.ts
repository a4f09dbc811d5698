/**
 * The gradients that weights are judged by, group after group, against the plain network's backward pass; and that
 * asking for them leaves no trace.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { IMAGE_BYTES } from '../../src/data/image-set.ts';
import { relativeError } from '../reference/compare.ts';
import { normalise } from '../reference/inputs.ts';
import { backward, forward } from '../reference/plain/network.ts';
import { pocket } from '../reference/plain/networks.ts';
import { rowLoss } from '../reference/plain/row-loss.ts';
import { gpu, noErrors, readWords } from './engine.ts';
import {
  BUFFER,
  CLASSES,
  indicesOf,
  maskOf,
  sparseTrainer,
  TASKS,
  WIDTH,
  type SparseTrainer,
} from './sparse-trainer.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

const LAYOUTS = ['block', 'pattern', 'unstructured'] as const;
const PASSES = { gradientPasses: ['separate', 'dense'] } as const;

/** The plain network's gradients of mean cross-entropy over `classes`, at the weights as they are. */
async function plainGradients(
  { store }: SparseTrainer,
  bytes: Uint8Array,
  labels: readonly number[],
  classes: readonly number[],
) {
  const read = async <Value>(names: string[], get: (name: string) => Promise<Value>) =>
    new Map(await Promise.all(names.map(async (name) => [name, await get(name)] as const)));
  const parameters = await read(store.names, (name) => store.read(name));
  const running = await read(store.runningNames, (name) => store.readRunning(name));
  const network = pocket(CLASSES, WIDTH);
  const groups = [{ capacity: labels.length, live: labels.length }];
  const passed = forward(network, { parameters, running }, normalise(bytes), groups);
  const mask = Array.from({ length: CLASSES }, (_, k) => classes.includes(k));
  const terms = { crossEntropy: 1 / labels.length, mse: 0, kl: 0, temperature: 1, mask };
  const none = new Float64Array(labels.length * CLASSES);
  const { dlogits } = rowLoss(
    passed.logits,
    labels,
    none,
    labels.map(() => terms),
    CLASSES,
  );
  return backward(network, parameters, passed, dlogits, groups);
}

const imagesOf = (bytes: Uint8Array, indices: Iterable<number>) =>
  new Uint8Array(
    [...indices].flatMap((i) => [...bytes.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES)]),
  );

describe.each(LAYOUTS)('%s', (layout) => {
  test('each group has its own gradient, at live weights', async () => {
    const run = await sparseTrainer({ layout, strategyName: 'er', ...PASSES });
    for (let step = 0; step < 3; step++) await run.step(step);
    const { current, buffer } = await run.gradients(3).separate();
    const { reservoir } = run.trainer;
    expect(reservoir!.filled).toBe(BUFFER);
    const replayed = await readWords(run.device, run.labelled('replay images'));
    const targets = TASKS[1]!.targets;
    const expected = {
      current: await plainGradients(
        run,
        imagesOf(run.bytes, indicesOf(3)),
        Array.from(indicesOf(3), (i) => targets[i]!),
        [2, 3],
      ),
      buffer: await plainGradients(
        run,
        new Uint8Array(replayed.buffer).slice(0, BUFFER * IMAGE_BYTES),
        [...reservoir!.labels],
        [0, 1, 2, 3, 4, 5],
      ),
    };
    expect([...current.keys()]).toEqual(['conv2.weight', 'conv3.weight', 'conv4.weight']);
    for (const parameter of run.sparse) {
      const { name } = parameter;
      const mask = await maskOf(run, parameter);
      const live = (gradient: Float64Array) => gradient.map((value, i) => value * mask[i]!);
      const found = { current: current.get(name)!, buffer: buffer!.get(name)! };
      for (const group of ['current', 'buffer'] as const) {
        const plain = live(expected[group].get(name)!);
        expect(relativeError(found[group], plain), `${name}, ${group}`).toBeLessThan(1e-3);
      }
      // Neither would do for the other.
      expect(relativeError(found.current, live(expected.buffer.get(name)!))).toBeGreaterThan(0.1);
    }
  });

  test('asking leaves no trace, neither now nor in what follows', async () => {
    const quiet = await sparseTrainer({ layout });
    for (let step = 0; step < 4; step++) await quiet.step(step);
    const expected = await quiet.state();
    const offers = quiet.trainer.reservoir!.save();
    quiet.device.memory.releaseAll();

    const asked = await sparseTrainer({ layout, ...PASSES });
    for (let step = 0; step < 4; step++) {
      const before = await asked.state();
      const reservoir = asked.trainer.reservoir!.save();
      await asked.gradients(step).separate();
      await asked.gradients(step).dense();
      expect(await asked.state()).toEqual(before);
      expect(asked.trainer.reservoir!.save()).toEqual(reservoir);
      await asked.step(step);
    }
    expect(await asked.state()).toEqual(expected);
    expect(asked.trainer.reservoir!.save()).toEqual(offers);
    expect([...expected.keys()]).toContain('replay images');
  });
});

test('several tasks on the same classes, trained as one, have the outputs of one', async () => {
  const run = await sparseTrainer({ layout: 'block', ...PASSES });
  const one = TASKS[1]!;
  const joint = { ...one, labels: [...one.labels, 8, 9], outputs: [0, 1, 0, 1] };
  const { current } = await run.gradients(0, joint).separate();
  const expected = await plainGradients(
    run,
    imagesOf(run.bytes, indicesOf(0)),
    Array.from(indicesOf(0), (i) => one.targets[i]!),
    [2, 3],
  );
  for (const parameter of run.sparse) {
    const mask = await maskOf(run, parameter);
    const plain = expected.get(parameter.name)!.map((value, i) => value * mask[i]!);
    expect(relativeError(current.get(parameter.name)!, plain)).toBeLessThan(1e-3);
  }
});

test('there is no past in the first task, in an empty buffer and without one', async () => {
  const run = await sparseTrainer({ layout: 'block', ...PASSES });
  expect((await run.gradients(0).separate()).buffer).toBeNull();
  await run.step(0, TASKS[0]);
  expect((await run.gradients(1, TASKS[0]).separate()).buffer).toBeNull();
  expect((await run.gradients(1).separate()).buffer).not.toBeNull();
  const bare = await sparseTrainer({ layout: 'block', strategyName: 'finetune', ...PASSES });
  expect((await bare.gradients(0).separate()).buffer).toBeNull();
});

test('the gradient of the last step is what the step left, until another takes its place', async () => {
  const run = await sparseTrainer({ layout: 'block', ...PASSES });
  await run.step(0);
  const left = await run.store.readGradient('conv2.weight');
  const source = run.gradients(1);
  expect((await source.last()).get('conv2.weight')).toEqual(left);
  expect(left.some((value) => value !== 0)).toBe(true);
  await source.separate();
  await expect(source.last()).rejects.toThrow('overwritten');
  const unprepared = await sparseTrainer({ layout: 'block' });
  await expect(unprepared.gradients(0).separate()).rejects.toThrow('not prepared');
  await expect(unprepared.gradients(0).dense()).rejects.toThrow('not prepared');
});

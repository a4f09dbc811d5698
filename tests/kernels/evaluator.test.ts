/**
 * Accuracies that the GPU counts, against the plain network's logits over the same test images: tasks of
 * unequal size, a last batch that is ragged, both ways of choosing a class.
 */
import { expect, test } from 'vitest';
import { Evaluator } from '../../src/continual/evaluation/evaluator.ts';
import { createStream, taskTargets } from '../../src/continual/stream/stream.ts';
import { IMAGE_SIZE } from '../../src/data/image-set.ts';
import { hashU32 } from '../../src/gpu/rng.ts';
import { ActivationPool } from '../../src/nn/compile/activation-pool.ts';
import { buildModel } from '../../src/nn/models/registry.ts';
import { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import {
  CIFAR10_MEAN,
  CIFAR10_STD,
  imageBytes,
  normalise,
  ROLE_STREAM,
  uniformTensor,
} from '../reference/inputs.ts';
import { forward } from '../reference/plain/network.ts';
import { pocket } from '../reference/plain/networks.ts';
import { gpu, noErrors } from './engine.ts';

const CLASSES = 6;
const WIDTH = 4;
const ROWS = 8;

test('both accuracies of every task are those of the plain network', async () => {
  const device = await gpu();
  const stream = createStream({
    classes: CLASSES,
    classesPerTask: 2,
    tasks: 3,
    classOrder: 'shuffled',
    seed: 2,
    imagesPerClass: 1,
  });
  // 10, 12 and 3 images, in batches of 8.
  const tasks = stream.evaluation.map((task, i) => ({
    task,
    targets: taskTargets(task, (label) => [5, 6, label === task.labels[0] ? 1 : 2][i]!),
  }));
  const targets = tasks.flatMap((task) => [...task.targets]);
  // Images of different colours, since a network takes all noise for the same thing.
  const bytes = imageBytes(41, targets.length).map(
    (byte, i) => (byte & 63) + 6 * (hashU32(41, 1, Math.floor(i / IMAGE_SIZE ** 2)) & 31),
  );
  const network = buildModel('pocket', WIDTH, CLASSES);
  const store = new ParameterStore(device, network, 'sgd');
  store.initialize(4);
  // Statistics other than 0 and 1.
  for (const name of store.runningNames) {
    const channels = (await store.readRunning(name)).mean.length;
    const draw = (role: 'runningMean' | 'runningVariance', shift: number) =>
      uniformTensor(4, ROLE_STREAM[role], channels, 0.2, shift);
    store.writeRunning(name, draw('runningMean', 0), draw('runningVariance', 0.5));
  }
  const evaluator = await Evaluator.create({
    gpu: device,
    network,
    store,
    pool: new ActivationPool(device),
    tasks,
    statistics: { mean: CIFAR10_MEAN, std: CIFAR10_STD },
    rows: ROWS,
  });
  evaluator.images.write(0, bytes);
  const read = async <Value>(names: string[], get: (name: string) => Promise<Value>) =>
    new Map(await Promise.all(names.map(async (name) => [name, await get(name)] as const)));
  // Two heads, one after the other: counts begin anew each time.
  for (const seed of [4, 5]) {
    store.write('classifier.weight', uniformTensor(seed, ROLE_STREAM.weight, CLASSES * 16, 2));
    const heard: number[] = [];
    const found = await evaluator.run((task) => heard.push(task));
    expect(heard).toEqual([0, 1, 2]);

    const state = {
      parameters: await read(store.names, (name) => store.read(name)),
      running: await read(store.runningNames, (name) => store.readRunning(name)),
    };
    const { logits } = forward(pocket(CLASSES, WIDTH), state, normalise(bytes), 'eval');
    /** Share of a task's images whose largest logit among `classes` is their own. */
    const accuracy = (task: number, classes: readonly number[]) => {
      const first = tasks.slice(0, task).reduce((sum, each) => sum + each.targets.length, 0);
      const right = [...tasks[task]!.targets].filter((target, i) => {
        const at = (first + i) * CLASSES;
        const best = classes.reduce((a, b) => (logits[at + b]! > logits[at + a]! ? b : a));
        return best === target;
      });
      return right.length / tasks[task]!.targets.length;
    };
    const all = Array.from({ length: CLASSES }, (_, k) => k);
    const expected = {
      classIncremental: tasks.map((_, i) => accuracy(i, all)),
      taskIncremental: tasks.map((_, i) => accuracy(i, [2 * i, 2 * i + 1])),
    };
    expect(found).toEqual(expected);
    // The images are told apart, and so are the two ways of choosing.
    expect(expected.taskIncremental.filter((share) => share > 0 && share < 1)).not.toHaveLength(0);
    expect(expected.classIncremental).not.toEqual(expected.taskIncremental);
  }
  await noErrors();
  device.memory.releaseAll();
});

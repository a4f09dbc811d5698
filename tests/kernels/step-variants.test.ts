/**
 * Several plans of one step: variants in which groups of parameters rest take turns over the same parameters, by a
 * schedule, and come to what plain float64 comes to; together they take the memory of the largest.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { finetune } from '../../src/continual/strategies/finetune.ts';
import {
  alternating,
  type StepVariant,
  type VariantSchedule,
} from '../../src/continual/step/step-variant.ts';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { EVERYTHING, type GroupChoice } from '../../src/nn/tensor/parameter-group.ts';
import { relativeError } from '../reference/compare.ts';
import { mlp } from '../reference/plain/networks.ts';
import { sgd, type SgdState } from '../reference/plain/sgd.ts';
import { gpu, noErrors } from './engine.ts';
import {
  CLASSES,
  combine,
  indicesOf,
  plainGradients,
  rowsOf,
  smallTasks,
  untrained,
  type SmallRun,
} from './small-tasks.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

const SCALARS = { rate: 0.05, momentum: 0.9, weightDecay: 0.01 };
const early = (name: string): boolean => /^(conv|bn)[123]\./.test(name);
const kernels = (name: string): boolean => /^conv/.test(name);

/** Two groups: `first`, of the parameters that `isFirst` names, and `rest`. */
const grouped =
  (isFirst: (name: string) => boolean): GroupChoice =>
  ({ name }) => ({ ...EVERYTHING, name: isFirst(name) ? 'first' : 'rest' });

const everything: StepVariant = { key: 'everything moves' };
const resting = (...groups: string[]): StepVariant => ({
  key: `${groups.join(' and ')} at rest`,
  resting: new Set(groups),
});

const run = (isFirst: (name: string) => boolean, schedule: VariantSchedule, rest: SmallRun = {}) =>
  smallTasks(finetune, {
    optimizer: 'sgd-momentum',
    scalars: SCALARS,
    groupFor: grouped(isFirst),
    schedule,
    ...rest,
  });

describe('steps equal plain SGD, in which a resting group keeps weights and momentum', () => {
  test.each([
    {
      title: 'all that lies before the last convolution rests in every other step',
      isFirst: early,
      schedule: alternating([everything, resting('first')]),
    },
    {
      title: 'kernels and everything else alternate',
      isFirst: kernels,
      schedule: alternating([resting('rest'), resting('first')]),
    },
    {
      title: 'one group rests from the third step on',
      isFirst: early,
      schedule: {
        variants: [everything, resting('first')],
        at: ({ step }: { step: number }) => (step < 2 ? 0 : 1),
      },
    },
  ])('$title', async ({ isFirst, schedule }) => {
    const trained = await run(isFirst, schedule);
    let running = untrained();
    const states = new Map<string, SgdState>();
    for (const [name, values] of await trained.weights()) {
      states.set(name, { weight: Float64Array.from(values), momentum: null });
    }
    const task = await trained.begin(0);
    let rested = 0;
    for (let step = 0; step < 5; step++) {
      const parameters = new Map([...states].map(([name, { weight }]) => [name, weight]));
      const plain = plainGradients(parameters, running, rowsOf(0, indicesOf(step)));
      running = plain.running;
      const { resting: still } = schedule.variants[schedule.at({ task: 0, step, steps: 1000 })]!;
      const before = await trained.weights();
      await trained.step(task, step);
      const found = await trained.weights();
      for (const [name, state] of states) {
        if (still?.has(isFirst(name) ? 'first' : 'rest')) {
          expect(found.get(name), `${name} rests in step ${step}`).toEqual(before.get(name));
          rested++;
          continue;
        }
        // A first step from zero velocity is PyTorch's first step.
        states.set(name, sgd(state, plain.gradients.get(name)!, SCALARS));
        const error = relativeError(found.get(name)!, states.get(name)!.weight);
        expect(error, `${name} in step ${step}`).toBeLessThan(2e-4);
      }
      const labels = trained.trainer.work.map(({ runs }) => runs);
      expect(labels.reduce((sum, runs) => sum + runs, 0)).toBe(step + 1);
    }
    expect(rested).toBeGreaterThan(0);
    expect(trained.trainer.work.every(({ runs }) => runs > 0)).toBe(true);
  });
});

test('a variant may compute another network of the same parameters', async () => {
  const graph = new GraphBuilder(3, 32, 32);
  const hidden = relu(graph, 'relu1', linear(graph, 'fc1', graph.flatten(graph.input), 64));
  // Without the second ReLU of the mlp.
  const straight = linear(graph, 'classifier', linear(graph, 'fc2', hidden, 64), CLASSES);
  const other = { key: 'straight', network: graph.finish('straight', straight) };
  const trained = await smallTasks(finetune, {
    model: 'mlp',
    schedule: alternating([{ key: 'mlp' }, other]),
  });
  const [first, relu1, second, , head] = mlp(CLASSES, 64);
  const plainly = [mlp(CLASSES, 64), [first!, relu1!, second!, { ...head!, from: 3 }]];
  const task = await trained.begin(0);
  let weights: ReadonlyMap<string, ArrayLike<number>> = await trained.weights();
  for (let step = 0; step < 4; step++) {
    const rows = rowsOf(0, indicesOf(step));
    const { gradients } = plainGradients(weights, new Map(), rows, plainly[step % 2]);
    weights = combine(weights.keys(), [weights, gradients], (w, g) => w - 0.05 * g);
    await trained.step(task, step);
    for (const [name, found] of await trained.weights()) {
      const error = relativeError(found, weights.get(name)!);
      expect(error, `${name} in step ${step}`).toBeLessThan(2e-4);
    }
  }
  expect(trained.trainer.work.map(({ runs }) => runs)).toEqual([2, 2]);
});

test('what rests has no weight gradients, and nothing is differentiated on its account', async () => {
  const trained = await run(early, alternating([everything, resting('first')]));
  const [all, some] = trained.trainer.work.map(({ entries }) =>
    entries
      .filter(({ kind }) => kind === 'weight-gradient' || kind === 'input-gradient')
      .map(({ label }) => label),
  );
  for (const layer of ['conv1', 'bn1', 'conv2', 'bn2', 'conv3', 'bn3']) {
    expect(
      all!.some((label) => label.startsWith(layer)),
      layer,
    ).toBe(true);
    expect(some!.filter((label) => label.startsWith(layer))).toEqual([]);
  }
  const convolution = some!.filter((label) => label.startsWith('conv4'));
  expect(convolution.length).toBeGreaterThan(0);
  expect(convolution.filter((label) => label.includes('input gradient'))).toEqual([]);
});

test('variants take the activations of the largest, in whichever order they come', async () => {
  const device = await gpu();
  const bytesOf = async (variants: readonly StepVariant[]) => {
    await run(early, alternating(variants));
    const bytes = device.memory.bytesByKind();
    device.memory.releaseAll();
    return bytes['activations']!;
  };
  const small = resting('first');
  const largest = await bytesOf([everything]);
  expect(await bytesOf([small])).toBeLessThan(0.8 * largest);
  expect(await bytesOf([everything, small])).toBe(largest);
  expect(await bytesOf([small, everything])).toBe(largest);
  // Gaps that a third one leaves may not fit.
  const three = await bytesOf([small, everything, resting('rest')]);
  expect(three).toBeGreaterThanOrEqual(largest);
  expect(three).toBeLessThan(1.05 * largest);
});

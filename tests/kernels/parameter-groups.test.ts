/**
 * Groups of parameters in ResNet-18 of width 4: what moves has the gradients of the plain network, whatever is frozen
 * around it; what is frozen has neither gradient nor optimiser state nor a dispatch, and no bit of it changes; each
 * group moves at its own rate and decay.
 */
import { describe, expect, test } from 'vitest';
import { GraphBuilder, type Network } from '../../src/nn/compile/graph.ts';
import { emitBackward, emitForward } from '../../src/nn/compile/layer-passes.ts';
import { emitUpdate } from '../../src/nn/compile/optimizer.ts';
import { buildResnet18 } from '../../src/nn/models/resnet18.ts';
import { EVERYTHING, type ParameterGroup } from '../../src/nn/tensor/parameter-group.ts';
import type { OptimizerKind, ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { relativeError } from '../reference/compare.ts';
import { ROLE_STREAM, uniformTensor } from '../reference/inputs.ts';
import { adam, type AdamState } from '../reference/plain/adam.ts';
import { backward, forward } from '../reference/plain/network.ts';
import { resnet18 as plainResnet18 } from '../reference/plain/networks.ts';
import { sgd, type SgdState } from '../reference/plain/sgd.ts';
import { fromBatchInnermost, toBatchInnermost } from './batch.ts';
import { noErrors, readFloats } from './engine.ts';
import { frame, type FrameOptions } from './frame.ts';

const CLASSES = 10;
const WIDTH = 4;
const GROUPS = [
  { capacity: 4, live: 4 },
  { capacity: 4, live: 3 },
];
const ROWS = 7;
const FROZEN: ParameterGroup = { name: 'backbone', frozen: true, rate: 1, decay: 1 };
const SLOW: ParameterGroup = { name: 'slow', frozen: false, rate: 0.5, decay: 3 };
const HEAD: ParameterGroup = { name: 'head', frozen: false, rate: 2, decay: 0 };

type GroupOf = (name: string) => ParameterGroup;

function network(groupOf: GroupOf): Network {
  const graph = new GraphBuilder(3, 32, 32, undefined, undefined, ({ name }) => groupOf(name));
  return graph.finish('grouped', buildResnet18(graph, { width: WIDTH, classes: CLASSES }));
}

/** A frozen prefix, frozen layers in the middle, one at the side, and two groups that move. */
const mixed: GroupOf = (name) => {
  const prefix = /^(conv1|bn1|layer1)\b/.test(name);
  const within = ['layer2.0.shortcut.0.weight', 'layer3.0.conv2.weight', 'layer3.0.bn2.weight'];
  if (prefix || within.includes(name) || name.startsWith('layer2.0.shortcut.1')) return FROZEN;
  return name.startsWith('classifier') ? HEAD : SLOW;
};
/** A side path alone moves, so that a norm passes a gradient to its residual and not to its input. */
const side: GroupOf = (name) =>
  /^layer(2\.0\.shortcut|2\.1|3|4)|classifier/.test(name) ? EVERYTHING : FROZEN;

/** Forward and backward from random gradients of the logits; `update` adds the update. */
async function framed(groupOf: GroupOf, options: FrameOptions & { readonly update?: boolean }) {
  const net = network(groupOf);
  const { update = false, ...choices } = options;
  const made = await frame(net, GROUPS, { ...choices, seed: 5 });
  const { emit } = made;
  emitForward(emit, net);
  emit.accumulates(net.output);
  emitBackward(emit, net);
  if (update) emitUpdate(emit);
  const { plan, submitter, buffer, write } = await made.plan();
  const x = uniformTensor(5, ROLE_STREAM.x, ROWS * 3072);
  const gradient = uniformTensor(5, ROLE_STREAM.dy, ROWS * CLASSES);
  write(emit.value(net.input), toBatchInnermost(x, 3072, made));
  write(emit.gradient(net.output), toBatchInnermost(gradient, CLASSES, made));
  const logits = async () => {
    const values = await readFloats(made.device, buffer(emit.value(net.output)));
    return fromBatchInnermost(values, CLASSES, made);
  };
  const done = async () => {
    await noErrors();
    made.device.memory.releaseAll();
  };
  return { ...made, net, plan, submitter, x, gradient, logits, done };
}

const read = async (store: ParameterStore) =>
  new Map(
    await Promise.all(store.names.map(async (name) => [name, await store.read(name)] as const)),
  );

describe.each([
  ['two groups and frozen layers before, between and beside them', mixed],
  ['a side path and what follows it', side],
] as const)('%s', (_, groupOf) => {
  test('what moves has the plain network’s gradients', async () => {
    const run = await framed(groupOf, {});
    const { store, x, gradient } = run;
    const parameters = await read(store);
    const statistics = await Promise.all(
      store.runningNames.map(async (name) => [name, await store.readRunning(name)] as const),
    );
    await run.submitter.run();
    const list = plainResnet18(CLASSES, WIDTH);
    // Live rows alone: a group of 4 and one of 3.
    const groups = GROUPS.map(({ live }) => ({ capacity: live, live }));
    const plain = forward(list, { parameters, running: new Map(statistics) }, x, groups);
    expect(relativeError(await run.logits(), plain.logits)).toBeLessThan(1e-4);
    const expected = backward(list, parameters, plain, gradient, groups);
    let moving = 0;
    for (const name of store.names) {
      if (groupOf(name).frozen) {
        expect(() => store.readGradient(name)).toThrow(`${name} is frozen`);
        continue;
      }
      moving++;
      const found = await store.readGradient(name);
      expect(relativeError(found, expected.get(name)!), name).toBeLessThan(2e-4);
    }
    expect(moving).toBeGreaterThan(20);
    await run.done();
  });

  test('what is frozen takes part in no dispatch of the backward pass', async () => {
    const run = await framed(groupOf, { optimizer: 'adam', update: true });
    const { net, plan, store, device } = run;
    const labels = plan.entries.filter(({ kind }) => kind !== 'forward').map(({ label }) => label);
    for (const { name, parameters, inputs } of net.layers) {
      const [weight] = parameters;
      const sums = labels.filter((label) => label === `${name} weight gradient`);
      if (weight?.role === 'matrix') {
        expect(sums.length, name).toBe(groupOf(weight.name).frozen ? 0 : 1);
      }
      const needed = inputs[0]!.needsGradient;
      const given = labels.filter((label) => label === `${name} input gradient`);
      expect(given.length, name).toBe(needed ? 1 : 0);
    }
    const stored = net.layers
      .flatMap(({ parameters }) => parameters)
      .reduce((sum, { name, storage }) => sum + (groupOf(name).frozen ? 0 : storage), 0);
    expect(store.floats).toBe(stored);
    const { gradients, optimizer } = device.memory.bytesByKind();
    expect([gradients, optimizer]).toEqual([4 * stored, 8 * stored]);
    expect(store.parameters.size).toBeGreaterThan(4 * stored);
    await run.done();
  });
});

describe('the update', () => {
  const STEP = { rate: 0.03, weightDecay: 0.02, momentum: 0.9 };

  test.each(['sgd-momentum', 'adam'] as const)(
    '%s goes at each group’s rate and decay, and moves nothing that is frozen',
    async (optimizer) => {
      const run = await framed(mixed, { optimizer, update: true });
      const { store, scalars, plan } = run;
      expect(
        plan.entries.filter(({ kind }) => kind === 'update').map(({ label }) => label),
      ).toEqual(['update of slow', 'update of head']);
      const before = await read(store);
      const states = new Map<string, { sgd: SgdState; adam: AdamState }>();
      for (const [name, values] of before) {
        const weight = Float64Array.from(values);
        const zero = new Float64Array(weight.length);
        states.set(name, {
          sgd: { weight, momentum: null },
          adam: { weight, first: zero, second: zero, step: 0 },
        });
      }
      for (let update = 1; update <= 3; update++) {
        scalars({ ...STEP, update });
        await run.submitter.run();
        for (const [name, state] of states) {
          const { frozen, rate, decay } = mixed(name);
          if (frozen) continue;
          const gradient = await store.readGradient(name);
          const paced = {
            rate: rate * STEP.rate,
            weightDecay: decay * STEP.weightDecay,
            momentum: STEP.momentum,
          };
          states.set(name, {
            sgd: sgd(state.sgd, gradient, paced),
            adam: adam(state.adam, gradient, paced),
          });
        }
      }
      for (const [name, found] of await read(store)) {
        const start = before.get(name)!;
        if (mixed(name).frozen) {
          expect(found, name).toEqual(start);
          continue;
        }
        const { weight } = states.get(name)![optimizer === 'adam' ? 'adam' : 'sgd'];
        const moved = found.map((value, i) => value - start[i]!);
        const expected = weight.map((value, i) => value - start[i]!);
        expect(relativeError(moved, expected), name).toBeLessThan(2e-4);
      }
      await run.done();
    },
  );

  test('a group at rest keeps its weights and its velocity, and gets no gradient', async () => {
    const optimizer: OptimizerKind = 'sgd-momentum';
    const resting = new Set(['slow']);
    const run = await framed(mixed, { optimizer, update: true, resting });
    const { store, device, plan, scalars } = run;
    const velocity = store.optimizer.get('velocity')!;
    const fresh = Float32Array.from({ length: store.floats }, (_, i) => i % 7);
    device.device.queue.writeBuffer(velocity, 0, fresh);
    const before = await read(store);
    const gradientsBefore = await readFloats(device, store.gradients);
    scalars(STEP);
    await run.submitter.run();
    const gradients = plan.entries.filter(({ kind }) => kind === 'weight-gradient');
    const of = (label: string) => gradients.some((entry) => entry.label.startsWith(label));
    expect([of('classifier weight'), of('layer4.1.conv2 weight')]).toEqual([true, false]);
    const at = store.groups.map(({ group, at: first }) => [group.name, first]);
    expect(at).toEqual([
      ['slow', 0],
      ['head', store.at('classifier.weight')],
    ]);
    const held = await readFloats(device, velocity);
    const head = store.at('classifier.weight');
    expect(held.subarray(0, head)).toEqual(fresh.subarray(0, head));
    const gradientsAfter = await readFloats(device, store.gradients);
    expect(gradientsAfter.subarray(0, head)).toEqual(gradientsBefore.subarray(0, head));
    expect(gradientsAfter.subarray(head)).not.toEqual(gradientsBefore.subarray(head));
    expect(held.subarray(head)).not.toEqual(fresh.subarray(head));
    for (const [name, values] of await read(store)) {
      const kept = relativeError(values, before.get(name)!) === 0;
      expect(kept, name).toBe(!name.startsWith('classifier'));
    }
    await run.done();
  });

  test('neighbours of one pace are one dispatch, and a network of one group is as without groups', async () => {
    const twins: GroupOf = (name) => ({ ...EVERYTHING, name: name.startsWith('c') ? 'c' : 'rest' });
    for (const groupOf of [() => EVERYTHING, twins]) {
      const run = await framed(groupOf, { update: true });
      const updates = run.plan.entries.filter(({ kind }) => kind === 'update');
      expect(updates.map(({ label, kernel }) => [label, kernel.key])).toEqual([
        ['update', 'sgd MOMENTUM=0 MASKED=0'],
      ]);
      await run.done();
    }
  });

  test('groups of one name that differ are refused', async () => {
    const torn: GroupOf = (name) => ({ ...EVERYTHING, rate: name.startsWith('bn') ? 2 : 1 });
    await expect(frame(network(torn), GROUPS)).rejects.toThrow('group all has other settings');
  });
});

/**
 * Whole networks against PyTorch: gradients and norm buffers of single steps from PyTorch's own weights
 * (ResNet-18 at steps 0, 5, 10 and 19; DER++ as three PyTorch forwards against one batch of three groups;
 * a ragged ER batch), and losses over a trajectory.
 */
import { describe, expect, test } from 'vitest';
import { ROW_FIELDS } from '../../src/continual/batch/batch-plan.ts';
import { GraphBuilder, type Network } from '../../src/nn/compile/graph.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { emitLoss } from '../../src/nn/layers/loss.ts';
import { globalAveragePool } from '../../src/nn/layers/pool.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { buildModel } from '../../src/nn/models/registry.ts';
import { emitUpdate } from '../../src/nn/compile/optimizer.ts';
import { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { relativeError } from '../reference/compare.ts';
import { fingerprintFailures, DISPLACEMENT_TOLERANCE } from '../reference/fingerprint.ts';
import {
  loadNetFixture,
  lossTolerances,
  trajectoryBatch,
  type FixtureBatch,
  type NetFixture,
  type NetName,
} from '../reference/net-fixtures.ts';
import { scope } from '../setup/scope.ts';
import {
  fromBatchInnermost,
  one,
  placeRows,
  toBatchInnermost,
  type Layout,
  type RowRecord,
} from './batch.ts';
import { gpu, noErrors, readFloats, storageBuffer } from './engine.ts';
import { frame } from './frame.ts';

/** W1 of the benchmarks: three convolutions without norms. */
function w1(classes: number): Network {
  const graph = new GraphBuilder(3, 32, 32);
  let x = relu(graph, 'relu1', convolution(graph, 'conv1', graph.input, 16));
  x = relu(graph, 'relu2', convolution(graph, 'conv2', x, 32, { stride: 2 }));
  x = relu(graph, 'relu3', convolution(graph, 'conv3', x, 32));
  const logits = linear(graph, 'classifier', globalAveragePool(graph, 'pool', x), classes);
  return graph.finish('w1', logits);
}

const WIDTH = { mlp: 16, pocket: 16, resnet18: 16, resnet32: 32 } as const;

const networkOf = ({ net, classes }: NetFixture): Network =>
  net === 'w1' ? w1(classes) : buildModel(net, WIDTH[net], classes);

/** A network with its plan for batches of the given groups; `update` adds SGD. */
async function runner(fixture: NetFixture, groups: readonly number[], update: boolean) {
  const network = networkOf(fixture);
  const { trajectory, classes } = fixture;
  const momentum = update ? (trajectory?.momentum ?? 0) : 0;
  const framed = await frame(
    network,
    groups.map((live) => ({ capacity: live, live })),
    { optimizer: momentum > 0 ? 'sgd-momentum' : 'sgd', seed: fixture.initSeed },
  );
  const { device, store, emit, total, scalars } = framed;
  const rows = storageBuffer(device, 'rows', ROW_FIELDS.length * total * 4);
  const storedLogits = storageBuffer(device, 'stored logits', total * classes * 4);
  for (const layer of network.layers) layer.forward(emit);
  const rowLoss = emitLoss(emit, network, { rows, storedLogits });
  emit.beginBackward();
  for (const layer of network.layers.toReversed()) layer.backward(emit);
  if (update) emitUpdate(emit);
  const plan = await framed.plan();
  const { queue } = device.device;
  scalars({ taskCount: classes, rate: trajectory?.rate ?? 0, momentum });
  return {
    store,
    /** Runs one step; resolves with its loss and the logits of the live rows, [N][classes]. */
    async step(batch: FixtureBatch) {
      plan.write(emit.value(network.input), toBatchInnermost(batch.x, 3072, framed));
      queue.writeBuffer(storedLogits, 0, byRow(batch, framed, classes));
      queue.writeBuffer(rows, 0, placeRows(framed, recordsOf(batch, framed)));
      await plan.submitter.run();
      const losses = await readFloats(device, plan.buffer(rowLoss), total * 4);
      const logits = await readFloats(device, plan.buffer(emit.value(network.output)));
      return {
        loss: losses.reduce((sum, value, i) => (i % 4 === 0 ? sum + value : sum), 0),
        logits: fromBatchInnermost(logits, classes, framed),
      };
    },
    async done() {
      await noErrors();
      device.memory.releaseAll();
    },
  };
}

/** The stored logits of each live row, in the slot of the row's number. */
function byRow(batch: FixtureBatch, { rows, total }: Layout, classes: number) {
  const logits = new Float32Array(total * classes);
  rows.forEach((row, i) => {
    logits.set(batch.storedLogits.subarray(i * classes, (i + 1) * classes), row * classes);
  });
  return logits;
}

const recordsOf = ({ terms, labels }: FixtureBatch, { rows }: Layout): RowRecord[] =>
  terms.map(({ crossEntropy, mse }, i) => ({
    source: 'stream',
    label: labels[i]!,
    crossEntropy,
    mse,
    ...(mse !== 0 && { logitSlot: rows[i]! }),
  }));

/**
 * Steps of a trajectory that a scope can afford: three at least, all where there is no norm (a displacement
 * is known of the end alone); with norms, each step from PyTorch's weights says more than the late ones.
 */
function trajectorySteps({ trajectory, norms }: NetFixture): number {
  const all = trajectory?.float64.length ?? 0;
  if (scope === 'smoke') return Math.min(3, all);
  return scope === 'default' && norms.length > 0 ? Math.min(6, all) : all;
}

/** Networks that a scope can afford. */
const NETS: readonly NetName[] =
  scope === 'smoke' ? ['w1', 'pocket'] : ['w1', 'mlp', 'pocket', 'resnet18', 'resnet32'];

describe.each(NETS)('%s', async (name) => {
  const fixture = await loadNetFixture(name);

  test('has the parameters of the PyTorch module, and their initial values', async () => {
    const device = await gpu();
    const store = new ParameterStore(device, networkOf(fixture), 'sgd');
    store.initialize(fixture.initSeed);
    expect([...store.names].sort()).toEqual(fixture.parameters.map((p) => p.name).sort());
    for (const [parameter, values] of fixture.initial) {
      expect(relativeError(await store.read(parameter), values), parameter).toBeLessThan(1e-6);
    }
    device.memory.releaseAll();
  });

  test.each(fixture.steps.map((step) => [step.name, step] as const))('step %s', async (_, step) => {
    const run = await runner(fixture, step.batch.groups, false);
    for (const [parameter, values] of step.parameters) run.store.write(parameter, values);
    for (const [norm, { mean, variance }] of step.runningBefore) {
      run.store.writeRunning(norm, mean, variance);
    }
    const { loss, logits } = await run.step(step.batch);
    expect(relativeError(logits, step.logits), 'logits').toBeLessThanOrEqual(1e-4);
    expect(Math.abs(loss - step.loss) / step.loss, 'loss').toBeLessThanOrEqual(1e-5);
    const failures: string[] = [];
    for (const [parameter, expected] of step.gradients) {
      failures.push(...fingerprintFailures(expected, await run.store.readGradient(parameter)));
    }
    for (const [norm, expected] of step.runningAfter) {
      const { mean, variance } = await run.store.readRunning(norm);
      expect(relativeError(mean, expected.mean), `${norm} mean`).toBeLessThanOrEqual(1e-4);
      expect(relativeError(variance, expected.variance), norm).toBeLessThanOrEqual(1e-4);
    }
    expect(failures).toEqual([]);
    await run.done();
  });

  test.each(fixture.steps.slice(0, 1).map((step) => [step.name, step] as const))(
    'evaluation with the running statistics after %s',
    async (_, { parameters, runningAfter, batch, evalLogits }) => {
      const network = networkOf(fixture);
      const framed = await frame(network, one(batch.rows), { norms: 'running' });
      const { device, store, emit } = framed;
      for (const layer of network.layers) layer.forward(emit);
      const plan = await framed.plan();
      for (const [parameter, values] of parameters) store.write(parameter, values);
      for (const [norm, { mean, variance }] of runningAfter) {
        store.writeRunning(norm, mean, variance);
      }
      plan.write(emit.value(network.input), toBatchInnermost(batch.x, 3072, framed));
      await plan.submitter.run();
      const logits = await readFloats(device, plan.buffer(emit.value(network.output)));
      const found = fromBatchInnermost(logits, fixture.classes, framed);
      expect(relativeError(found, evalLogits)).toBeLessThanOrEqual(1e-4);
      await noErrors();
      device.memory.releaseAll();
    },
  );

  const { trajectory } = fixture;
  if (trajectory) {
    test('losses of a trajectory', { timeout: 240_000 }, async () => {
      const run = await runner(fixture, [trajectory.batch], true);
      const tolerances = lossTolerances(fixture);
      const steps = trajectorySteps(fixture);
      for (let step = 0; step < steps; step++) {
        const { loss } = await run.step(trajectoryBatch(fixture, step));
        const expected = trajectory.float64[step]!;
        const error = Math.abs(loss - expected) / expected;
        expect(error, `step ${step}`).toBeLessThanOrEqual(tolerances[step]!);
      }
      if (steps === trajectory.float64.length) {
        for (const [parameter, moved] of trajectory.displacement) {
          const values = await run.store.read(parameter);
          const start = fixture.initial.get(parameter)!;
          const displacement = values.map((value, i) => value - start[i]!);
          expect(fingerprintFailures(moved, displacement, DISPLACEMENT_TOLERANCE)).toEqual([]);
        }
      }
      await run.done();
    });
  }
});

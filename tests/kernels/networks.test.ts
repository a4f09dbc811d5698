/**
 * Whole networks against PyTorch: gradients and norm buffers of single steps from PyTorch's own weights
 * (ResNet-18 at steps 0, 5, 10 and 19; DER++ as three PyTorch forwards against one batch of three groups;
 * a ragged ER batch), and losses over a trajectory.
 */
import { describe, expect, test } from 'vitest';
import { readBuffer } from '../../src/gpu/readback.ts';
import { Submitter } from '../../src/gpu/submitter.ts';
import { ROW_FIELDS } from '../../src/continual/batch-plan.ts';
import { ActivationPool } from '../../src/nn/activation-pool.ts';
import { Emitter } from '../../src/nn/emitter.ts';
import { GraphBuilder, type Network } from '../../src/nn/graph.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { emitLoss } from '../../src/nn/layers/loss.ts';
import { globalAveragePool } from '../../src/nn/layers/pool.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { buildModel } from '../../src/nn/models/registry.ts';
import { emitUpdate } from '../../src/nn/optimizer.ts';
import { ParameterStore } from '../../src/nn/parameters.ts';
import { StepUniform } from '../../src/nn/step.ts';
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
  gpu,
  layout,
  noErrors,
  STEP,
  storage,
  toBatchInnermost,
} from './harness.ts';

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
  const device = await gpu();
  const network = networkOf(fixture);
  const { trajectory } = fixture;
  const momentum = update ? (trajectory?.momentum ?? 0) : 0;
  const store = new ParameterStore(device, network, momentum > 0 ? 'sgd-momentum' : 'sgd');
  store.initialize(fixture.initSeed);
  const { rows, ranges, total } = layout(groups.map((live) => ({ capacity: live, live })));
  const step = new StepUniform(device, 'test', ranges);
  const records = device.memory.allocate(
    'control',
    'rows',
    ROW_FIELDS.length * total * 4,
    storage(),
  );
  const stored = device.memory.allocate('replay', 'stored', total * fixture.classes * 4, storage());
  const emit = new Emitter({
    mode: 'train',
    rows: total,
    groups: ranges,
    store,
    step: step.buffer,
  });
  for (const layer of network.layers) layer.forward(emit);
  const rowLoss = emitLoss(emit, network, { rows: records, storedLogits: stored });
  for (const layer of network.layers.toReversed()) layer.backward(emit);
  if (update) emitUpdate(emit);
  const { plan, resolved } = await emit.finish(device, 'test', new ActivationPool(device), {
    keepAll: true,
  });
  const submitter = new Submitter(device, plan);
  const { queue } = device.device;
  return {
    store,
    /** Runs one step; resolves with its loss and the logits of the live rows, [N][classes]. */
    async step(batch: FixtureBatch) {
      const input = toBatchInnermost(batch.x, 3072, rows, total);
      queue.writeBuffer(resolved.get(emit.value(network.input))!, 0, input);
      queue.writeBuffer(stored, 0, padLogits(batch, rows, total, fixture.classes));
      queue.writeBuffer(records, 0, recordsOf(batch, rows, total));
      step.write({
        ...STEP,
        taskCount: fixture.classes,
        live: groups,
        rate: trajectory?.rate ?? 0,
        momentum,
      });
      await submitter.run();
      const losses = new Float32Array(
        await readBuffer(device, resolved.get(rowLoss)!, 0, total * 16),
      );
      const logits = await readBuffer(device, resolved.get(emit.value(network.output))!);
      return {
        loss: losses.reduce((sum, value, i) => (i % 4 === 0 ? sum + value : sum), 0),
        logits: fromBatchInnermost(new Float32Array(logits), fixture.classes, rows, total),
      };
    },
    async done() {
      await noErrors();
      device.memory.releaseAll();
    },
  };
}

function padLogits(batch: FixtureBatch, rows: readonly number[], total: number, classes: number) {
  const logits = new Float32Array(total * classes);
  rows.forEach((row, i) => {
    logits.set(batch.storedLogits.subarray(i * classes, (i + 1) * classes), row * classes);
  });
  return logits;
}

/** The records of the rows: terms as the fixture gives them, stored logits in the slot of the row's number. */
function recordsOf(batch: FixtureBatch, rows: readonly number[], total: number) {
  const records = new Uint32Array(ROW_FIELDS.length * total);
  const floats = new Float32Array(records.buffer);
  const at = (field: (typeof ROW_FIELDS)[number], row: number) =>
    ROW_FIELDS.indexOf(field) * total + row;
  for (let row = 0; row < total; row++) {
    records[at('logitSlot', row)] = 0xffffffff;
    records[at('storeSlot', row)] = 0xffffffff;
    floats[at('temperature', row)] = 1;
  }
  rows.forEach((row, i) => {
    const terms = batch.terms[i]!;
    records[at('source', row)] = 1;
    records[at('label', row)] = batch.labels[i]!;
    floats[at('crossEntropy', row)] = terms.crossEntropy;
    floats[at('mse', row)] = terms.mse;
    if (terms.mse !== 0) records[at('logitSlot', row)] = row;
  });
  return records;
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

  const { trajectory } = fixture;
  if (trajectory) {
    test('losses of a trajectory', { timeout: 240_000 }, async () => {
      const run = await runner(fixture, [trajectory.batch], true);
      const tolerances = lossTolerances(fixture);
      const steps = scope === 'smoke' ? 3 : trajectory.float64.length;
      for (let step = 0; step < steps; step++) {
        const { loss } = await run.step(trajectoryBatch(fixture, step));
        const expected = trajectory.float64[step]!;
        const error = Math.abs(loss - expected) / expected;
        expect(error, `step ${step}`).toBeLessThanOrEqual(tolerances[step]!);
      }
      if (scope !== 'smoke') {
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

/**
 * The list that other stacks build, the network that ours builds and the reference losses are three accounts of
 * one workload: they must agree.
 */
import { describe, expect, test } from 'vitest';
import { initialParameters } from '../../../src/bench/architecture.ts';
import { batchesOf } from '../../../src/bench/batches.ts';
import { CLASSES, workloadOf, WORKLOADS, type Workload } from '../../../src/bench/workloads.ts';
import { initialValues } from '../../../src/nn/tensor/init.ts';
import { loadNetFixture, trajectoryBatch } from '../../reference/net-fixtures.ts';
import { forward, backward, type Network } from '../../reference/plain/network.ts';
import { mlp, resnet18, w1 } from '../../reference/plain/networks.ts';
import { rowLoss, type RowLossTerms } from '../../reference/plain/row-loss.ts';
import { sgd, type SgdState } from '../../reference/plain/sgd.ts';

const long = process.env['PALIMPSEST_SCOPE'] === 'long';

describe.each(WORKLOADS)('$name', ({ architecture, build }) => {
  test('has the parameters of our network, by name, shape and initial values', () => {
    const ours = build().layers.flatMap(({ parameters }) => parameters);
    const listed = initialParameters(architecture);
    expect([...listed.keys()].sort()).toEqual(ours.map(({ name }) => name).sort());
    for (const parameter of ours) {
      const { shape, values } = listed.get(parameter.name)!;
      expect(shape, parameter.name).toEqual(parameter.shape);
      expect(firstDifference(values, initialValues(parameter, 1)), parameter.name).toBe(-1);
    }
  });

  test('reads each value from a node before it', () => {
    architecture.nodes.forEach((node, i) => {
      expect(node.from ?? i, node.name).toBeLessThanOrEqual(i);
      if (node.kind === 'norm') expect(node.residual ?? 0, node.name).toBeLessThanOrEqual(i);
    });
  });
});

describe('PyTorch’s fixtures', () => {
  test.each([
    ['w1', 'w1'],
    ['w2', 'resnet18'],
  ] as const)('%s has the losses, weights and batches of %s', async (name, net) => {
    const { architecture, parity, batch, rate, momentum } = workloadOf(name);
    const fixture = await loadNetFixture(net);
    const { trajectory } = fixture;
    expect(trajectory).toMatchObject({ batch, rate, momentum });
    expect(parity.losses).toEqual(trajectory!.float64.slice(0, parity.steps));
    for (const [parameter, { values }] of initialParameters(architecture)) {
      expect(firstDifference(values, fixture.initial.get(parameter)!), parameter).toBe(-1);
    }
    const batches = batchesOf({ batch });
    for (const step of [0, 19]) {
      const { x, labels } = trajectoryBatch(fixture, step);
      expect(firstDifference(batches[step]!.images, x)).toBe(-1);
      expect([...batches[step]!.labels]).toEqual([...labels]);
    }
  });
});

describe('plain loops in float64', () => {
  const plain: Record<string, Network> = {
    w1: w1(),
    w2: resnet18(),
    w3: resnet18(10, 64),
    w5: mlp(10, 1024),
  };

  // The losses of W1 and W2 are the fixtures', which stand on plain loops elsewhere; W5's come from here alone.
  const checked = long ? WORKLOADS : [workloadOf('w5')];
  const steps = (name: string) => (name === 'w2' || name === 'w3' ? 1 : long ? 20 : 2);

  test.each(checked)('$name has the reference losses', { timeout: 600_000 }, (workload) => {
    const losses = plainLosses(plain[workload.name]!, workload, steps(workload.name));
    losses.forEach((loss, step) => {
      const expected = workload.parity.losses[step]!;
      expect(Math.abs(loss - expected) / expected, `step ${step}`).toBeLessThan(1e-9);
    });
  });
});

/** Where two equally long arrays first differ; −1 where they are the same, as `toEqual` says much slower. */
function firstDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} values beside ${b.length}`);
  return a.findIndex((value, i) => value !== b[i]);
}

/** Mean cross-entropy over the batch. */
const meanCrossEntropy = (batch: number): RowLossTerms => ({
  crossEntropy: 1 / batch,
  mse: 0,
  kl: 0,
  temperature: 1,
  mask: null,
});

function plainLosses(network: Network, workload: Workload, steps: number): number[] {
  const { architecture, batch, rate, momentum } = workload;
  let states = new Map<string, SgdState>(
    [...initialParameters(architecture)].map(([name, { values }]) => [
      name,
      { weight: Float64Array.from(values), momentum: null },
    ]),
  );
  const norms = architecture.nodes.filter((node) => node.kind === 'norm');
  const running = new Map(
    norms.map(({ name, channels }) => [
      name,
      { mean: new Float64Array(channels), variance: new Float64Array(channels).fill(1) },
    ]),
  );
  const groups = [{ capacity: batch, live: batch }];
  const terms = Array.from({ length: batch }, () => meanCrossEntropy(batch));
  const batches = batchesOf({ batch });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { images, labels } = batches[step]!;
    const parameters = new Map([...states].map(([name, { weight }]) => [name, weight]));
    const passed = forward(network, { parameters, running }, images, groups);
    const { loss, dlogits } = rowLoss(passed.logits, labels, [], terms, CLASSES);
    losses.push(loss.reduce((sum, each) => sum + each, 0));
    if (step + 1 === steps) break;
    const gradients = backward(network, parameters, passed, dlogits, groups);
    states = new Map(
      [...states].map(([name, state]) => [
        name,
        sgd(state, gradients.get(name)!, { rate, momentum, weightDecay: 0 }),
      ]),
    );
  }
  return losses;
}

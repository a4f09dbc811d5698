/**
 * Whole nets of plain layers against PyTorch's step and trajectory fixtures: that names, shapes, inputs,
 * rebuilt parameters and fingerprints of the fixtures are read rightly, and that PyTorch's separate
 * forwards equal one batch with norm groups. Both sides compute in float64.
 */
import { describe, expect, it } from 'vitest';
import { relativeError } from '../../reference/compare.ts';
import {
  DISPLACEMENT_TOLERANCE,
  fingerprintErrors,
  fingerprintFailures,
  GRADIENT_TOLERANCE,
} from '../../reference/fingerprint.ts';
import {
  lossTolerances,
  loadNetFixture,
  trajectoryBatch,
  type FixtureBatch,
  type NetFixture,
  type StepFixture,
} from '../../reference/net-fixtures.ts';
import { backward, forward, type Network } from '../../reference/plain/network.ts';
import { mlp, pocket, resnet18, resnet32, w1 } from '../../reference/plain/networks.ts';
import { rowLoss } from '../../reference/plain/row-loss.ts';
import { sgd, type SgdState } from '../../reference/plain/sgd.ts';

const long = process.env['PALIMPSEST_SCOPE'] === 'long';
const EXACT = { entries: 2e-7, dots: 2e-7, largest: 2e-7, norm: 2e-7 };

type State = Parameters<typeof forward>[1];

/** Forward and loss of a batch in training mode. */
function evaluate(network: Network, state: State, batch: FixtureBatch) {
  const groups = batch.groups.map((rows) => ({ capacity: rows, live: rows }));
  const result = forward(network, state, batch.x, groups);
  const { labels, storedLogits, terms, rows } = batch;
  const { loss, dlogits } = rowLoss(
    result.logits,
    labels,
    storedLogits,
    terms,
    result.logits.length / rows,
  );
  return { result, groups, loss: loss.reduce((a, b) => a + b, 0), dlogits };
}

/** The same with the gradient of every parameter. */
function differentiate(network: Network, state: State, batch: FixtureBatch) {
  const found = evaluate(network, state, batch);
  const { result, groups, dlogits } = found;
  return {
    ...found,
    gradients: backward(network, state.parameters, result, dlogits, groups),
  };
}

function expectForward(
  fixture: NetFixture,
  step: StepFixture,
  { result, loss }: ReturnType<typeof evaluate>,
): void {
  expect(Math.abs(loss - step.loss)).toBeLessThan(1e-7 * step.loss);
  expect(relativeError(result.logits, step.logits)).toBeLessThan(2e-7);
  for (const { name } of fixture.norms) {
    const [after, expected] = [result.running.get(name)!, step.runningAfter.get(name)!];
    expect(relativeError(after.mean, expected.mean)).toBeLessThan(2e-7);
    expect(relativeError(after.variance, expected.variance)).toBeLessThan(2e-7);
  }
}

function expectStep(network: Network, fixture: NetFixture, step: StepFixture): void {
  const { parameters, runningBefore, batch } = step;
  const found = differentiate(network, { parameters, running: runningBefore }, batch);
  expectForward(fixture, step, found);
  expect([...found.gradients.keys()].sort()).toEqual(fixture.parameters.map((p) => p.name).sort());
  const failures = fixture.parameters.flatMap(({ name }) =>
    fingerprintFailures(step.gradients.get(name)!, found.gradients.get(name)!, EXACT),
  );
  expect(failures).toEqual([]);
  const state = { parameters, running: found.result.running };
  const evaluated = forward(network, state, batch.x, 'eval');
  expect(relativeError(evaluated.logits, step.evalLogits)).toBeLessThan(2e-7);
}

describe('one step equals PyTorch', () => {
  it.each([
    ['mlp', mlp()],
    ['pocket', pocket()],
  ] as const)('%s', async (name, network) => {
    const fixture = await loadNetFixture(name);
    for (const step of fixture.steps) expectStep(network, fixture, step);
  });

  it('resnet18, forward at step 19', async () => {
    const fixture = await loadNetFixture('resnet18');
    const step = fixture.steps.find(({ name }) => name === 'step 19')!;
    const state = { parameters: step.parameters, running: step.runningBefore };
    expectForward(fixture, step, evaluate(resnet18(), state, step.batch));
  }, 60_000);

  // The residual nets take some 4 GMAC a step, half a minute in plain loops.
  it.runIf(long).each(['step 10', 'DER++', 'ER'])(
    'resnet18, %s',
    async (name) => {
      const fixture = await loadNetFixture('resnet18');
      const step = fixture.steps.find((candidate) => candidate.name === name)!;
      // PyTorch ran DER++ as three forwards; here it is one batch of three norm groups.
      expect(step.batch.groups).toEqual(name === 'DER++' ? [32, 32, 32] : [32]);
      expectStep(resnet18(), fixture, step);
    },
    600_000,
  );

  it.runIf(long)(
    'resnet32',
    async () => {
      const fixture = await loadNetFixture('resnet32');
      for (const step of fixture.steps) expectStep(resnet32(), fixture, step);
    },
    600_000,
  );
});

describe('w1 trained with momentum', () => {
  const steps = long ? 20 : 2;
  it(`follows PyTorch for ${steps} steps`, async () => {
    const fixture = await loadNetFixture('w1');
    const { rate, momentum, float64, displacement } = fixture.trajectory!;
    const states = new Map<string, SgdState>();
    for (const [name, weight] of fixture.initial) {
      states.set(name, { weight: Float64Array.from(weight), momentum: null });
    }
    for (let step = 0; step < steps; step++) {
      const parameters = new Map([...states].map(([name, { weight }]) => [name, weight]));
      const state = { parameters, running: new Map<string, never>() };
      const found = differentiate(w1(), state, trajectoryBatch(fixture, step));
      expect(Math.abs(found.loss / float64[step]! - 1)).toBeLessThan(1e-12);
      for (const [name, state] of states) {
        const gradient = found.gradients.get(name)!;
        states.set(name, sgd(state, gradient, { rate, momentum, weightDecay: 0 }));
      }
    }
    if (!long) return;
    for (const [name, start] of fixture.initial) {
      const moved = states.get(name)!.weight.map((w, e) => w - start[e]!);
      expect(fingerprintFailures(displacement.get(name)!, moved, EXACT)).toEqual([]);
    }
  }, 600_000);
});

describe('what the fixtures ask of an engine', () => {
  it("allows PyTorch's own float32 and no arbitrary loss", async () => {
    for (const name of ['w1', 'resnet18'] as const) {
      const fixture = await loadNetFixture(name);
      const { float64, float32 } = fixture.trajectory!;
      const tolerances = lossTolerances(fixture);
      float64.forEach((loss, step) => {
        for (const run of float32) {
          expect(Math.abs(run[step]! - loss) / loss).toBeLessThan(tolerances[step]!);
        }
      });
      expect(Math.max(...tolerances)).toBeLessThan(0.03);
    }
  });

  it('rebuilds weights that have moved, in steps of int8', async () => {
    const { steps, initial } = await loadNetFixture('resnet18');
    const name = 'layer3.1.conv2.weight';
    const at = ['step 0', 'step 5', 'step 10', 'step 19'].map((title) => {
      const weight = steps.find((step) => step.name === title)!.parameters.get(name)!;
      return Math.hypot(...weight.map((w, e) => w - initial.get(name)![e]!).subarray(0, 5000));
    });
    expect(at[0]).toBe(0);
    expect(at[1]).toBeGreaterThan(0);
    expect(at[2]).toBeGreaterThan(at[1]!);
    expect(at[3]).toBeGreaterThan(at[2]!);
  });

  it('notices a gradient that is wrong in one place, in order, in sign or in scale', async () => {
    const fixture = await loadNetFixture('pocket');
    const [step] = fixture.steps;
    const { parameters, runningBefore, batch } = step!;
    const found = differentiate(pocket(), { parameters, running: runningBefore }, batch);
    const name = 'conv3.weight';
    const right = found.gradients.get(name)!;
    const expected = step!.gradients.get(name)!;
    // An entry that is not among the samples, so that only the dot products see it.
    const unsampled = right.findIndex((_, e) => !expected.entries.includes(e));
    const wrong = {
      entry: right.map((g, e) => (e === unsampled ? g + 0.05 * expected.largest : g)),
      order: right.map((_, e) => right[e % 9 === 0 ? e + 1 : e]!),
      sign: right.map((g) => -g),
      scale: right.map((g) => g * 1.001),
      missing: right.map((g, e) => (e === unsampled ? NaN : g)),
    };
    expect(fingerprintFailures(expected, right)).toEqual([]);
    for (const gradient of Object.values(wrong)) {
      expect(fingerprintFailures(expected, gradient)).not.toEqual([]);
    }
    expect(fingerprintErrors(expected, wrong.entry).entries).toBeLessThan(
      GRADIENT_TOLERANCE.entries,
    );
    expect(DISPLACEMENT_TOLERANCE.entries).toBeGreaterThan(GRADIENT_TOLERANCE.entries);
  });
});

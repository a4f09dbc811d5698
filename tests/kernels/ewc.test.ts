/** EWC against plain float64: Fisher information image by image, the penalised gradient, the decay of old tasks. */
import { afterEach, expect, test } from 'vitest';
import { ewc } from '../../src/continual/strategies/ewc.ts';
import { relativeError } from '../reference/compare.ts';
import { heldBackward } from '../reference/plain/held-norms.ts';
import { forward, type NetworkState } from '../reference/plain/network.ts';
import { gpu, noErrors, readFloats } from './engine.ts';
import {
  combine,
  IMAGES,
  imagesOf,
  indicesOf,
  lossOf,
  NETWORK,
  plainGradients,
  rowsOf,
  smallTasks,
  TASKS,
  untrained,
  type Weights,
} from './small-tasks.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

const PENALTY = 5000;
const DECAY = 0.25;
const RATE = 0.05;

/** 1/N · Σ p(y|x) · (∂ log p(y|x))², norms by the running statistics. */
function plainFisher(task: number, state: NetworkState): Map<string, Float64Array> {
  const names = [...state.parameters.keys()];
  let fisher = combine(names, [state.parameters], () => 0);
  for (let image = 0; image < IMAGES; image++) {
    const rows = rowsOf(task, [image]);
    const passed = forward(NETWORK, state, imagesOf(rows), 'eval');
    const { loss, dlogits } = lossOf(passed.logits, rows, 1);
    const gradients = heldBackward(NETWORK, state, passed, dlogits);
    const weight = Math.exp(-loss[0]!) / IMAGES;
    fisher = combine(names, [fisher, gradients], (sum, g) => sum + weight * g * g);
  }
  return fisher;
}

function expectClose(found: Weights, expected: Weights, limit: number, what: string) {
  for (const [name, values] of expected) {
    expect(relativeError(found.get(name)!, values), `${what}: ${name}`).toBeLessThan(limit);
  }
}

test('Fisher information, penalised steps and decay equal the plain net', async () => {
  const run = await smallTasks(ewc, { options: { penalty: PENALTY, penaltyDecay: DECAY } });
  const { store } = run;
  let running = untrained();
  let weights: Weights = await run.weights();
  const names = [...weights.keys()];
  let fisher: Weights = combine(names, [weights], () => 0);
  let anchor: Weights = weights;
  let step = 0;
  for (const { index } of TASKS) {
    const task = await run.begin(index);
    for (let i = 0; i < 3; i++, step++) {
      const plain = plainGradients(weights, running, rowsOf(index, indicesOf(step)));
      const penalised = combine(
        names,
        [plain.gradients, fisher, weights, anchor],
        (g, f, w, a) => g + 2 * PENALTY * f * (w - a),
      );
      await run.step(task, step);
      expectClose(await run.gradients(), penalised, 2e-3, `gradient of step ${step}`);
      if (index === 1 && i > 0) {
        // Else the test would say nothing of the penalty.
        const share = relativeError(
          plain.gradients.get('conv2.weight')!,
          penalised.get('conv2.weight')!,
        );
        expect(share).toBeGreaterThan(0.01);
      }
      weights = combine(names, [weights, penalised], (w, g) => w - RATE * g);
      running = plain.running;
    }
    const before = await readFloats(run.device, store.gradients);
    const statistics = await readFloats(run.device, store.running);
    await run.trainer.endTask(task);
    expect(await readFloats(run.device, store.gradients)).toEqual(before);
    expect(await readFloats(run.device, store.running)).toEqual(statistics);
    expect((await run.arena('weights of the last task')).get('conv1.weight')).toEqual(
      await store.read('conv1.weight'),
    );
    const ofTask = plainFisher(index, { parameters: weights, running });
    fisher = combine(names, [fisher, ofTask], (old, now) => DECAY * old + now);
    anchor = weights;
    expectClose(await run.arena('Fisher information'), fisher, 5e-3, `Fisher of task ${index}`);
  }
  const [{ entries, runs } = { entries: [], runs: 0 }] = run.trainer.strategy.extraWork;
  expect(runs).toBe(2 * IMAGES);
  // Forward and both gradients of four rows a pass; the first convolution has no input gradient.
  const macs = entries.reduce((sum, entry) => sum + entry.macs, 0);
  expect(macs).toBe(4 * (3 * convolutionMacs() - 16 * 16 * 9 * 3 * 4));
});

/** Forward multiply-accumulates of the net on one image: four convolutions and the head. */
function convolutionMacs(): number {
  return (
    16 * 16 * 9 * 3 * 4 + 8 * 8 * 9 * 4 * 8 + 8 * 8 * 9 * 8 * 16 + 4 * 4 * 9 * 16 * 16 + 16 * 4
  );
}

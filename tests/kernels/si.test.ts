/** Synaptic intelligence against plain float64: clamped gradients, the path integral, importance at the end of tasks. */
import { afterEach, expect, test } from 'vitest';
import { si } from '../../src/continual/strategies/si.ts';
import { relativeError } from '../reference/compare.ts';
import { gpu, noErrors } from './engine.ts';
import {
  combine,
  indicesOf,
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

const PENALTY = 400;
const DAMPING = 0.02;
const RATE = 0.05;

function expectClose(found: Weights, expected: Weights, limit: number, what: string) {
  for (const [name, values] of expected) {
    expect(relativeError(found.get(name)!, values), `${what}: ${name}`).toBeLessThan(limit);
  }
}

test('gradients, path integral and importance equal the plain net', async () => {
  const run = await smallTasks(si, { options: { penalty: PENALTY, damping: DAMPING } });
  let running = untrained();
  let weights: Weights = await run.weights();
  const names = [...weights.keys()];
  const zero = combine(names, [weights], () => 0);
  let [importance, path, anchor]: Weights[] = [zero, zero, weights];
  let clamped = 0;
  let step = 0;
  for (const { index } of TASKS) {
    const task = await run.begin(index);
    for (let i = 0; i < 3; i++, step++) {
      const plain = plainGradients(weights, running, rowsOf(index, indicesOf(step)));
      const pulled = combine(
        names,
        [plain.gradients, importance!, weights, anchor!],
        (g, omega, w, a) => {
          const sum = g + 2 * PENALTY * omega * (w - a);
          if (Math.abs(sum) > 1) clamped++;
          return Math.max(-1, Math.min(1, sum));
        },
      );
      await run.step(task, step);
      expectClose(await run.gradients(), pulled, 3e-3, `gradient of step ${step}`);
      path = combine(names, [path!, pulled], (sum, g) => sum + RATE * g * g);
      expectClose(await run.arena('path integral'), path, 5e-3, `path at step ${step}`);
      weights = combine(names, [weights, pulled], (w, g) => w - RATE * g);
      running = plain.running;
    }
    await run.trainer.endTask(task);
    importance = combine(
      names,
      [importance!, path!, weights, anchor!],
      (omega, sum, w, a) => omega + sum / ((w - a) ** 2 + DAMPING),
    );
    anchor = weights;
    path = zero;
    expectClose(await run.arena('importance'), importance, 5e-3, `importance after ${index}`);
    expectClose(await run.arena('weights of the last task'), anchor, 1e-4, `anchor after ${index}`);
    expectClose(await run.arena('path integral'), path, 1e-9, `path after ${index}`);
  }
  expect(clamped).toBeGreaterThan(0);
});

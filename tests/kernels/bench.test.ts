/** Our engine as the benchmarks run it: the reference losses, and nothing created by a step. */
import { expect, test } from 'vitest';
import { batchesOf } from '../../src/bench/batches.ts';
import { Account, metered } from '../../src/bench/meter.ts';
import { checkParity } from '../../src/bench/parity.ts';
import { StepCounter } from '../../src/bench/rows.ts';
import { startEngine } from '../../src/bench/stacks/palimpsest.ts';
import { workloadOf } from '../../src/bench/workloads.ts';
import { gpu, noErrors } from './engine.ts';

test('four steps of W1 pass the gate of the benchmarks', async () => {
  const workload = workloadOf('w1');
  const device = await gpu();
  const account = new Account();
  const counter = new StepCounter(account);
  const training = await metered(account, () =>
    startEngine(device, workload, workload.build(), batchesOf(workload)),
  );
  expect(training.macs).toBeGreaterThan(0.3e9);
  expect(training.bytes['weights']).toBeGreaterThanOrEqual(4 * 14_650);
  const created = account.counts;
  expect(created.buffers).toBeGreaterThan(3);
  const losses = [];
  // A wrong rate or momentum shows from the fourth loss on.
  for (const index of [0, 1, 2, 3]) {
    losses.push(await metered(account, () => counter.count(() => training.step(index))));
  }
  expect(checkParity(losses, workload.parity)).toMatchObject({ steps: 4, passed: true });
  const usage = counter.usage();
  expect(usage.buffers).toBe(0);
  expect(usage.dispatches).toBeGreaterThan(10);
  expect(usage.peakBytes).toBe(created.bufferBytes);
  training.end();
  await noErrors();
});

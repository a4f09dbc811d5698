/** The device benchmark from its start to its end: every figure there, and none that cannot be. */
import { expect, test } from 'vitest';
import type { DeviceEvent } from '../../src/bench/device/protocol.ts';
import { sweepDevice } from '../../src/bench/device/sweep.ts';
import { gpu } from './engine.ts';

test('measures layers and steps, and stops when it is told', async () => {
  const device = await gpu();
  const events: DeviceEvent[] = [];
  const stopping = new AbortController();
  const report = await sweepDevice(
    device,
    (event) => {
      events.push(event);
      if (event.type === 'report' && event.report.steps.length === 1) stopping.abort();
    },
    stopping.signal,
    { blocks: ['32x32'], sparsities: [0, 0.95], stepSparsities: [0.9, 0.5] },
  );
  expect(report).toBeNull();
  const last = events.findLast((event) => event.type === 'report')!.report;
  expect(last.gigaflops).toBeGreaterThan(0);
  expect(last.kernels).toHaveLength(2);
  // Of 64 channels, 0.05 of 36 blocks of 32×32 are two.
  const sparsest = last.kernels.at(-1)!;
  expect(sparsest).toMatchObject({ block: '32×32' });
  expect(sparsest.density).toBeCloseTo(2 / 36, 6);
  for (const { density, ms, speedUp } of last.kernels) {
    expect(density).toBeGreaterThan(0);
    expect(density).toBeLessThanOrEqual(1);
    expect(ms).toBeGreaterThan(0);
    expect(speedUp).toBeGreaterThan(0);
  }
  expect(last.steps.map(({ sparsity }) => sparsity)).toEqual([0.9]);
  const shares = events.flatMap((event) => (event.type === 'doing' ? [event.share] : []));
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
});

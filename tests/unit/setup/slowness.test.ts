import { expect, test } from 'vitest';
import { patient, slowness } from '../../setup/patience.ts';
import { knownSlowness, measureSlowness, slownessOf } from '../../setup/slowness.mjs';

test('is at least 1, in proportion to the time, and has an end', () => {
  expect(slownessOf(0)).toBe(1);
  expect(slownessOf(720) / slownessOf(360)).toBe(2);
  expect(slownessOf(1e9)).toBe(20);
});

test('is measured anew, or as it was handed down', async () => {
  const now = await measureSlowness();
  expect(now).toBeGreaterThanOrEqual(1);
  expect(now).toBeLessThanOrEqual(20);
  // Whoever started this process has measured.
  expect(await knownSlowness()).toBe(slowness);
});

test('multiplies limits', () => {
  expect(slowness).toBeGreaterThanOrEqual(1);
  expect(patient(1000)).toBe(Math.round(1000 * slowness));
});

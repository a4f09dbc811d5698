import { expect, test } from 'vitest';
import { checkParity } from '../../../src/bench/parity.ts';

const parity = { losses: [2, 4, 8], steps: 3, tolerance: 1e-2 };

test('passes losses within the tolerance, relative to each', () => {
  const result = checkParity([2.01, 4, 8.04], parity);
  expect(result.passed).toBe(true);
  expect(result.worst).toBeCloseTo(5e-3, 12);
  expect(result.steps).toBe(3);
});

test('compares as many steps as were made', () => {
  expect(checkParity([2], parity)).toMatchObject({ steps: 1, passed: true, worst: 0 });
});

test.each([
  { what: 'one loss too far', losses: [2, 4.05, 8] },
  { what: 'one loss too low', losses: [2, 4, 7.9] },
  { what: 'a loss that is no number', losses: [2, NaN, 8] },
  { what: 'a loss without bound', losses: [2, Infinity, 8] },
  { what: 'no losses', losses: [] },
])('refuses $what', ({ losses }) => {
  expect(checkParity(losses, parity).passed).toBe(false);
});

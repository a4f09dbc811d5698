/** Densities of layers against the plain ones by bisection, what they add up to, and layers that are full. */
import { describe, expect, test } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import { runLayout } from '../../../src/lab/config/run-layout.ts';
import { erkBudget, uniformBudget } from '../../../src/sparse/budget.ts';
import { plainErk } from '../../reference/plain/mask-dynamics.ts';

/** The widths of a ResNet-18's blocks, and a layer so small that it fills up at once. */
const LAYERS = [
  [4, 4, 1],
  [64, 64, 3],
  [128, 64, 3],
  [128, 128, 3],
  [256, 128, 3],
  [512, 512, 3],
] as const;
const NAMED = LAYERS.map(([outChannels, inChannels, kernel], i) => ({
  ...{ name: `layer${i}`, outChannels, inChannels, kernel },
}));
const WEIGHTS = LAYERS.map(([o, i, k]) => o * i * k * k);

describe.each([1, 4 / 9])('at most %d of a layer', (most) => {
  const erk = erkBudget(NAMED, most);

  test.each([0.01, 0.05, 0.1, 0.25, 0.4])('density %d', (density) => {
    const found = NAMED.map(({ name }) => erk(name, density));
    plainErk(LAYERS, density, most).forEach((expected, i) => {
      expect(Math.abs(found[i]! / expected - 1), NAMED[i]!.name).toBeLessThan(1e-9);
    });
    const live = found.reduce((sum, share, i) => sum + share * WEIGHTS[i]!, 0);
    expect(live / WEIGHTS.reduce((a, b) => a + b)).toBeCloseTo(density, 12);
    expect(Math.max(...found)).toBeLessThanOrEqual(most);
  });

  test('what is full is full, and the density of a layer grows with the network’s', () => {
    expect(NAMED.map(({ name }) => erk(name, 1))).toEqual(NAMED.map(() => most));
    expect(NAMED.map(({ name }) => uniformBudget(most)(name, 1))).toEqual(NAMED.map(() => most));
    expect(erk('layer0', 0.25)).toBe(most);
    for (const { name } of NAMED) expect(erk(name, 0.11)).toBeGreaterThanOrEqual(erk(name, 0.1));
  });
});

test('ERK by hand: two layers of one kernel each', () => {
  const erk = erkBudget(
    [
      { name: 'a', outChannels: 9, inChannels: 9, kernel: 1 },
      { name: 'b', outChannels: 49, inChannels: 49, kernel: 1 },
    ],
    1,
  );
  // Shares 20 and 100; weights 81 and 2401, 248.2 of which live: f = 248.2 / 120.
  expect(erk('a', 0.1)).toBeCloseTo((248.2 / 120) * (20 / 81), 12);
  expect(erk('b', 0.1)).toBeCloseTo((248.2 / 120) * (100 / 2401), 12);
  expect(() => erk('c', 0.1)).toThrow(RangeError);
});

test('a config’s budget covers the sparse layers of its network, and no others', async () => {
  const { budget, layoutFor } = await runLayout({
    ...DEFAULTS,
    ...{ model: 'resnet18', width: 64, layout: 'unstructured', sparsity: 0.9, budget: 'erk' },
  });
  const shape = { outChannels: 64, inChannels: 64, kernel: 3, stride: 1, pad: 1 } as const;
  const first = budget('layer1.0.conv1', 0.1);
  expect(first).toBeGreaterThan(budget('layer4.1.conv2', 0.1));
  const lists = layoutFor('layer1.0.conv1', shape, 'body').lists(shape, 'w')!;
  const live = lists.live(lists.initial(1)).reduce((sum, word) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) sum++;
    return sum;
  }, 0);
  expect(live).toBe(Math.round(first * 64 * 64 * 9));
  expect(() => budget('conv1', 0.1)).toThrow('no layer conv1');
  expect(() => budget('layer2.0.shortcut.0', 0.1)).toThrow(RangeError);
});

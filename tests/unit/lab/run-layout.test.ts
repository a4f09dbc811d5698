/** Which layouts a config gives, and the sentences about those that it cannot have. */
import { describe, expect, test } from 'vitest';
import { BLOCKS, ConfigError, DEFAULTS, LAYOUTS } from '../../../src/lab/config/config.ts';
import type { Config } from '../../../src/lab/config/config.ts';
import { runLayout } from '../../../src/lab/config/run-layout.ts';
import { LAYOUTS as REGISTERED } from '../../../src/sparse/layouts/registry.ts';

const SHAPE = { outChannels: 64, inChannels: 64, kernel: 3, stride: 1, pad: 1 } as const;
const of = (changes: Partial<Config>) => runLayout({ ...DEFAULTS, ...changes });

test('the config names every layout that exists, each under its own name and loadable', async () => {
  expect(LAYOUTS).toEqual(Object.keys(REGISTERED));
  for (const [key, scheme] of Object.entries(REGISTERED)) {
    expect(scheme.name).toBe(key);
    expect(await scheme.load()).toBeTypeOf('function');
  }
});

test.each(BLOCKS)('blocks of %s store a tenth of a layer', async (block) => {
  const { layoutFor } = await of({ layout: 'block', block, sparsity: 0.9 });
  const weights = 64 * 64 * 9;
  const [rows, columns] = block.split('x').map(Number);
  const slot = rows! * columns!;
  const stored = layoutFor('layer1.0.conv1', SHAPE, 'body').storage(SHAPE);
  expect(Math.abs(stored - weights / 10)).toBeLessThanOrEqual(slot / 2 + 32);
  for (const role of ['stem', 'shortcut', 'head', 'embedding'] as const) {
    expect(layoutFor('layer1.0.conv1', SHAPE, role).storage(SHAPE)).toBe(weights);
  }
});

test('filters are left out where a layout of channels asks for it', async () => {
  const narrow = await of({ layout: 'channel', sparsity: 0.75 });
  expect(narrow.channelsFor('x', 64)?.live).toBe(16);
  const dense = await of({ layout: 'dense' });
  expect(dense.channelsFor('x', 64)).toBeNull();
});

test('there is room for what a dynamic grows beyond its rest', async () => {
  const layout = { layout: 'block', block: '8x8', sparsity: 0.9, maskChange: 0.05 } as const;
  const slots = async (changes: Partial<Config>) =>
    (await of({ ...layout, ...changes }))
      .layoutFor('layer1.0.conv1', SHAPE, 'body')
      .storage(SHAPE) / 64;
  // 8 × 9 × 8 blocks.
  expect(await slots({ dynamic: 'em' })).toBe(58);
  expect(await slots({ dynamic: 'ems' })).toBe(86);
  expect(await slots({ dynamic: 'sparcl' })).toBe(86);
  expect(await slots({ dynamic: 'gmp' })).toBe(576);
});

describe('what does not go together is refused in a sentence', () => {
  test.each([
    [{ layout: 'dense', sparsity: 0.5 }, 'sparsity: a dense network has none'],
    [{ layout: 'pattern', sparsity: 0.5 }, 'sparsity: patterns keep four taps of nine'],
    [{ layout: 'pattern', sparsity: 0.9, model: 'mlp' }, 'layout: patterns are for 3×3 kernels'],
    [{ dynamic: 'rigl' }, 'dynamic: rigl chooses which weights live'],
    [{ layout: 'channel', sparsity: 0.5, dynamic: 'sparcl' }, 'dynamic: with sparcl the number'],
    [{ layout: 'channel', sparsity: 0.5, budget: 'erk' }, 'budget: erk gives every layer'],
    [
      { layout: 'block', sparsity: 0.95, dynamic: 'set', maskChange: 0.05 },
      'maskChange: 0.05 of all weights cannot go',
    ],
  ] as const)('%o', async (changes, message) => {
    await expect(of(changes)).rejects.toThrow(ConfigError);
    await expect(of(changes)).rejects.toThrow(message);
  });

  test('and what does is not', async () => {
    await expect(of({ layout: 'pattern', sparsity: 5 / 9 })).resolves.toBeDefined();
    await expect(of({ layout: 'unstructured', sparsity: 0 })).resolves.toBeDefined();
  });
});

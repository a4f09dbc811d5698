/** Which fields a config does not use: by hand for each algorithm, and never one that changes what a run costs. */
import { describe, expect, test } from 'vitest';
import { DEFAULTS, type Config, type ConfigKey } from '../../../src/lab/config/config.ts';
import { configOf } from '../../../src/lab/presets/registry.ts';
import { unusedFields } from '../../../src/lab/config/unused-fields.ts';

const unused = (changes: Partial<Config>): ConfigKey[] => [
  ...unusedFields({ ...DEFAULTS, ...changes }).keys(),
];

/** What the papers' losses have: α and β of DER++, λ and γ of EWC, c and ξ of SI, α and T of LwF. */
const READ: readonly (readonly [Config['strategy'], readonly ConfigKey[]])[] = [
  ['finetune', ['maskedHead']],
  ['er', ['bufferSize', 'replayBatch', 'maskedHead']],
  ['der', ['bufferSize', 'replayBatch', 'alpha', 'maskedHead', 'sequenced']],
  ['derpp', ['bufferSize', 'replayBatch', 'alpha', 'beta', 'maskedHead', 'sequenced']],
  ['ewc', ['penalty', 'penaltyDecay', 'maskedHead']],
  ['si', ['penalty', 'damping', 'maskedHead']],
  ['lwf', ['alpha', 'temperature', 'maskedHead']],
];

describe.each(READ)('%s', (strategy, read) => {
  test('uses its own fields and no other strategy’s', () => {
    const own: readonly ConfigKey[] = [
      ...(['bufferSize', 'replayBatch', 'alpha', 'beta', 'penalty', 'penaltyDecay'] as const),
      ...(['damping', 'temperature'] as const),
    ];
    const folded = unused({ strategy });
    expect(own.filter((key) => !folded.includes(key))).toEqual(
      own.filter((key) => read.includes(key)),
    );
  });
});

describe('the mask', () => {
  const MASK: readonly ConfigKey[] = [
    ...([
      'block',
      'sparsity',
      'budget',
      'dynamic',
      'maskInterval',
      'maskChange',
      'maskEnd',
    ] as const),
    ...(['importanceAlpha', 'importanceBeta', 'gradientSparsity'] as const),
    ...(['gradientRefresh', 'gradientScore'] as const),
  ];
  test('of a dense network is folded away altogether', () => {
    expect(unused({})).toEqual(expect.arrayContaining([...MASK]));
  });

  test('that stands still is not asked when it moves', () => {
    const folded = unused({ layout: 'block', sparsity: 0.9 });
    expect(folded).toEqual(expect.arrayContaining(['maskInterval', 'maskChange', 'maskEnd']));
    expect(folded).not.toContain('block');
    expect(folded).not.toContain('sparsity');
  });

  test('that SparCL moves uses everything but what others need', () => {
    const folded = [...unusedFields(configOf('sparcl')).keys()];
    expect(MASK.filter((key) => folded.includes(key))).toEqual([]);
    expect(folded).not.toContain('removalEnd');
  });

  test('that MEST moves weighs one gradient, not two', () => {
    const folded = [...unusedFields(configOf('mest')).keys()];
    expect(folded).toContain('importanceBeta');
    expect(folded).not.toContain('importanceAlpha');
  });

  test('gives removal its interval, unless removal has one', () => {
    expect(unused({ removal: 0.3 })).not.toContain('maskInterval');
    expect(unused({ removal: 0.3, removalInterval: 0.2 })).toContain('maskInterval');
  });

  test('shows what must be mended', () => {
    expect(unused({ sparsity: 0.5 })).not.toContain('sparsity');
    expect(unused({ dynamic: 'rigl' })).not.toContain('dynamic');
  });
});

test('Adam has no momentum, the mlp no norms, and the reason is a sentence', () => {
  expect(unused({ optimizer: 'adam' })).toContain('momentum');
  expect(unused({})).not.toContain('momentum');
  expect(unused({ model: 'mlp' })).toContain('recompute');
  for (const reason of unusedFields(DEFAULTS).values()) expect(reason).toMatch(/^\S.*\.$/);
});

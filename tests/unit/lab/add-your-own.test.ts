/**
 * That one file and one line of a registry are all that a dynamic, a strategy or a model takes: what is registered agrees with
 * the files there are, and with the line of an example added, configs, the page, costs and layouts know it.
 */
import { describe, expect, test, vi } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments.ts';
import type { Strategy } from '../../../src/continual/strategies/strategy.ts';
import {
  DEFAULTS,
  parseConfig,
  parseField,
  type ConfigKey,
} from '../../../src/lab/config/config.ts';
import { requireCombination, unusedFields } from '../../../src/lab/config/combinations.ts';
import { FIELD_WORDS } from '../../../src/lab/config/field-words.ts';
import { costOf } from '../../../src/lab/cost/cost.ts';
import { runLayout } from '../../../src/lab/config/run-layout.ts';
import type { Dynamic } from '../../../src/sparse/dynamics/dynamic.ts';
import { FIELDS } from '../../../src/ui/parts/config-fields.ts';

// The line of each registry, as if somebody had written it.
vi.mock(import('../../../src/sparse/dynamics/registry.ts'), async (original) => {
  const { reshuffle } = await import('../../examples/reshuffle.ts');
  return { DYNAMICS: { ...(await original()).DYNAMICS, reshuffle } };
});
vi.mock(import('../../../src/continual/strategies/registry.ts'), async (original) => {
  const { erTwice } = await import('../../examples/er-twice.ts');
  const { erClip } = await import('../../examples/er-clip.ts');
  const { STRATEGIES } = await original();
  return { STRATEGIES: { ...STRATEGIES, 'er-twice': erTwice, 'er-clip': erClip } };
});

vi.mock(import('../../../src/nn/models/registry.ts'), async (original) => {
  const { attentionModel, buildAttention } =
    await import('../../examples/attention/attention-model.ts');
  const registry = await original();
  Object.assign(registry.MODELS, { attention: attentionModel });
  Object.assign(registry.BUILDERS, { attention: buildAttention });
  return registry;
});

/** Beside these there is nothing to cite. */
const BASELINES = ['static', 'finetune', 'joint'];

const dynamicFiles = import.meta.glob<object>('../../../src/sparse/dynamics/*.ts', { eager: true });
const strategyFiles = import.meta.glob<object>('../../../src/continual/strategies/*.ts', {
  eager: true,
});

type Entry = Pick<Dynamic | Strategy, 'name' | 'title'>;

const registered = {
  ...(await vi.importActual<object>('../../../src/sparse/dynamics/registry.ts')),
  ...(await vi.importActual<object>('../../../src/continual/strategies/registry.ts')),
} as Readonly<Record<'DYNAMICS' | 'STRATEGIES', Readonly<Record<string, Entry>>>>;

describe.each([
  ['dynamics', registered.DYNAMICS, dynamicFiles, 'changes'],
  ['strategies', registered.STRATEGIES, strategyFiles, 'draws'],
] as const)('the registry of %s', (_, registry, files, method) => {
  const entries = Object.entries(registry);

  test('has each under its own name', () => {
    for (const [key, { name }] of entries) expect(name).toBe(key);
  });

  test('names a source of each but baselines', () => {
    for (const [key, { title }] of entries) {
      const source = BASELINES.includes(key) ? /^\p{Lu}[^,]+$/u : /\(\p{Lu}.*, \d{4}\)$/u;
      expect(title, key).toMatch(source);
    }
  });

  test('has all that the files beside it define, each in the file of its name', () => {
    const defined = Object.entries(files).flatMap(([path, exports]) =>
      Object.values(exports)
        .filter((value: unknown) => typeof value === 'object' && value !== null && method in value)
        .map((value) => [path.replace(/^.*\/|\.ts$/g, ''), value as Entry] as const),
    );
    expect(new Map(defined)).toEqual(new Map(entries));
    expect(defined).toHaveLength(entries.length);
  });
});

describe('with one line more', () => {
  const config = parseConfig({
    ...DEFAULTS,
    layout: 'block',
    sparsity: 0.9,
    dynamic: 'reshuffle',
    strategy: 'er-twice',
  });

  test('a config may name it', () => {
    expect(config).toMatchObject({ dynamic: 'reshuffle', strategy: 'er-twice' });
    expect(() => {
      requireCombination(config);
    }).not.toThrow();
  });

  test('the page offers it', () => {
    const options = (key: string) => {
      const kind = FIELDS.find((field) => field.key === key)!.kind;
      return kind.type === 'choice' ? kind.options : [];
    };
    expect(options('dynamic')).toContain('reshuffle');
    expect(options('strategy')).toContain('er-twice');
  });

  test('layouts have room for it, or say why not', async () => {
    expect((await runLayout(config)).layoutFor).toBeTypeOf('function');
    expect((await runLayout({ ...config, layout: 'channel' })).layoutFor).toBeTypeOf('function');
    await expect(runLayout({ ...config, layout: 'dense', sparsity: 0 })).rejects.toThrow(
      'reshuffle chooses which weights live',
    );
  });

  test('costs follow from its rows', () => {
    const once = { ...config, strategy: 'er' } as const;
    // As DER++, which replays twice, to ER in the table of SparCL's authors.
    const ratio = costOf(config).published.flops / costOf(once).published.flops;
    expect(ratio).toBeCloseTo(13.9 / 11.1, 2);
  });
});

test('a model with one line in each list of its registry is one that the command line knows, counts and offers', () => {
  const command = parseArguments(['run', '--set', 'model=attention', '--set', 'width=4']);
  if (command.command !== 'run') throw new Error('this asks for a run');
  expect(command.config.model).toBe('attention');
  const scores = 2 * 16 * 16 * 16;
  expect(costOf(command.config).published.forwardMacs).toBeGreaterThan(scores);
  const kind = FIELDS.find(({ key }) => key === 'model')!.kind;
  expect(kind.type === 'choice' && kind.options).toContain('attention');
});

describe('a field that a strategy brings along', () => {
  const clip = 'clip' as ConfigKey;
  const erClip = 'er-clip' as typeof DEFAULTS.strategy;

  test('is a field of the config, with its default and its range', () => {
    expect(DEFAULTS).toMatchObject({ clip: 1 });
    expect(parseField('clip', '0.25')).toEqual({ clip: 0.25 });
    expect(parseConfig({ ...DEFAULTS, clip: 0.25 })).toMatchObject({ clip: 0.25 });
    expect(() => parseConfig({ ...DEFAULTS, clip: 1001 })).toThrow('clip: ');
  });

  test('has its control among those of other strategies, with its words', () => {
    const keys = FIELDS.map(({ key }) => key);
    expect(keys.slice(keys.indexOf('temperature'), keys.indexOf('emaDecay'))).toEqual([
      'temperature',
      clip,
    ]);
    expect(FIELDS.find(({ key }) => key === clip)!.kind).toEqual({
      ...{ type: 'number', least: 1e-6, most: 1000, whole: false },
    });
    expect(FIELD_WORDS[clip]).toMatchObject({ title: 'largest gradient' });
  });

  test('is said to do nothing under other strategies', () => {
    expect(unusedFields({ ...DEFAULTS, strategy: erClip }).has(clip)).toBe(false);
    expect(unusedFields({ ...DEFAULTS, strategy: 'er' }).get(clip)).toBe('er does not ask for it.');
  });

  test('need not be in a file from before it was there', () => {
    const before = Object.fromEntries(Object.entries(DEFAULTS).filter(([key]) => key !== clip));
    expect(Object.keys(before)).toHaveLength(Object.keys(DEFAULTS).length - 1);
    expect(parseConfig(before)).toEqual(DEFAULTS);
    expect(Object.keys(parseConfig(before))).toEqual(FIELDS.map(({ key }) => key));
  });
});

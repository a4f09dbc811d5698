/** That what strategies say of the config holds: a field that one does not read changes nothing that it decides. */
import { describe, expect, test } from 'vitest';
import { STRATEGIES } from '../../../src/continual/strategies/registry.ts';
import {
  fieldsRead,
  trainedImages,
  type Strategy,
} from '../../../src/continual/strategies/strategy.ts';
import type { Field, Fields, FieldValue } from '../../../src/options/field.ts';
import { DEFAULTS, type Config } from '../../../src/lab/config/config.ts';
import { FIELD_GROUPS, FIELDS } from '../../../src/lab/config/fields.ts';

const strategies: readonly Strategy[] = Object.values(STRATEGIES);
const fields = Object.entries<Field>(FIELDS);

/** What every strategy's run is made with, whatever it says. */
const EVERYONES = ['batch', 'emaDecay'];

/** Values of a field by which whoever reads it must decide differently. */
function values(field: Field): readonly FieldValue[] {
  if (field.type === 'choice') return field.options;
  if (field.type === 'switch') return [false, true];
  const middle = (field.least + field.most) / 8;
  return [field.default, field.whole ? Math.ceil(middle) : middle];
}

/** Everything that a strategy decides without a GPU, as text. */
function decided(strategy: Strategy, config: Config): string {
  const [first, later] = [0, 1].map((index) => ({
    ...{ index, images: 1000, met: 1000 * index },
    ...{ pastClasses: 2 * index, classes: 2 * index + 2 },
    classImages: Array.from({ length: 2 * index + 2 }, () => 500),
  }));
  return JSON.stringify([
    strategy.draws(config),
    strategy.room?.(1000, config),
    [first!, later!].map((task) => [
      trainedImages(strategy, task, config),
      strategy.passes?.(task, config),
    ]),
  ]);
}

const differs = (strategy: Strategy, key: string, field: Field): boolean =>
  new Set(values(field).map((value) => decided(strategy, { ...DEFAULTS, [key]: value }))).size > 1;

describe.each(strategies)('$name', (strategy) => {
  const read = fieldsRead(strategy);

  test('reads fields that there are', () => {
    for (const key of read) expect(Object.keys(FIELDS)).toContain(key);
  });

  test('decides the same whatever a field says that it does not read', () => {
    const silent = fields.filter(([key]) => !read.has(key) && !EVERYONES.includes(key));
    expect(silent.length).toBeGreaterThan(30);
    for (const [key, field] of silent)
      expect([key, differs(strategy, key, field)]).toEqual([key, false]);
  });

  test('without hooks decides otherwise by every field that it reads', () => {
    if (strategy.hooks) return;
    // How large the buffer is and which images are left out is not the strategy's to decide.
    const own = fields.filter(([key]) => read.has(key) && !['bufferSize', 'removal'].includes(key));
    for (const [key, field] of own)
      expect([key, differs(strategy, key, field)]).toEqual([key, true]);
  });

  test('asks for a buffer’s fields where it keeps one', () => {
    expect(read.has('bufferSize')).toBe(strategy.buffer !== 'none');
  });
});

test('a field that several strategies declare is the same one', () => {
  const declared = new Map<string, Field>();
  for (const { fields: own = {} } of strategies) {
    for (const [key, field] of Object.entries<Field>(own)) {
      expect(declared.get(key) ?? field, key).toBe(field);
      declared.set(key, field);
    }
  }
});

test('fields of strategies keep the places that addresses and reports have given them', () => {
  const placed = ['strategy', 'bufferSize', 'alpha', 'beta', 'penalty', 'penaltyDecay'];
  placed.push('damping', 'temperature', 'emaDecay', 'maskedHead', 'epochs');
  expect(Object.keys(FIELDS).filter((key) => placed.includes(key))).toEqual(placed);
});

test('each field of a config is declared once', () => {
  const keys = FIELD_GROUPS.flatMap(({ fields: of }: { fields: Fields }) => Object.keys(of));
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toEqual(Object.keys(FIELDS));
  expect(keys).toEqual(Object.keys(DEFAULTS));
});

describe('what a strategy refuses', () => {
  const said = (name: keyof typeof STRATEGIES, changes: Partial<Config>): string | null => {
    const strategy: Strategy = STRATEGIES[name];
    return strategy.refuses?.({ ...DEFAULTS, strategy: name, ...changes }) ?? null;
  };

  test.each([
    ['packnet', { layout: 'block' }, 'layout: packnet masks single weights'],
    ['packnet', { emaDecay: 0.5 }, 'emaDecay: packnet shows each task'],
    ['icarl', { emaDecay: 0.5 }, 'emaDecay: icarl classifies by features'],
    ['gdumb', { removal: 0.5 }, 'removal: gdumb trains on its buffer alone'],
    ['gdumb', { dynamic: 'set' }, 'dynamic: gdumb begins anew with every task'],
  ] as const)('%s, of %o, in a sentence that begins with the field', (name, changes, sentence) => {
    expect(said(name, changes)).toContain(sentence);
    expect(Object.keys(FIELDS)).toContain(sentence.split(':')[0]);
    expect(said(name, {})).toBeNull();
  });

  test('is nothing of a config that has all defaults', () => {
    for (const { name } of strategies) expect(said(name as keyof typeof STRATEGIES, {})).toBeNull();
  });
});

/** The address as the page's memory: what it says, what it leaves out, what it refuses aloud. */
import { describe, expect, it } from 'vitest';
import { ConfigSchema, DEFAULTS } from '../../../src/lab/config/config.ts';
import { configOf, PRESETS } from '../../../src/lab/presets/registry.ts';
import { setupFrom } from '../../../src/ui/parts/address.ts';
import { FIELDS, readField, sections } from '../../../src/ui/parts/config-fields.ts';
import {
  changedKeys,
  nextRun,
  searchOf,
  setupOf,
  suitedSetup,
  withValues,
} from '../../../src/ui/parts/setup.ts';

const names = PRESETS.map((preset) => preset.name);

describe('the fields', () => {
  it('are those of the schema, with the limits that the schema has', () => {
    expect(FIELDS.map((field) => field.key)).toEqual(Object.keys(ConfigSchema.entries));
    const kind = (key: string): unknown => FIELDS.find((field) => field.key === key)?.kind;
    expect(kind('batch')).toEqual({ type: 'number', least: 1, most: 512, whole: true });
    expect(kind('momentum')).toEqual({ type: 'number', least: 0, most: 0.999, whole: false });
    expect(kind('optimizer')).toEqual({ type: 'choice', options: ['sgd', 'adam'] });
    expect(kind('augment')).toEqual({ type: 'switch' });
  });

  it('each stand in one section', () => {
    const shown = sections(['seed']).flatMap((section) => section.fields.map(({ key }) => key));
    expect(shown).toEqual(FIELDS.map((field) => field.key).filter((key) => key !== 'seed'));
  });
});

describe('readField', () => {
  it.each([
    ['epochs', '7', { epochs: 7 }],
    ['rate', '0.03', { rate: 0.03 }],
    ['augment', 'false', { augment: false }],
    ['strategy', 'derpp', { strategy: 'derpp' }],
  ])('reads %s=%s', (key, text, value) => {
    expect(readField(key, text, DEFAULTS)).toEqual({ ok: true, value });
  });

  it.each([
    ['epochs', '0', 'epochs must be a whole number from 1 to 1,000, not “0”.'],
    ['epochs', '2.5', 'epochs must be a whole number from 1 to 1,000, not “2.5”.'],
    ['momentum', 'much', 'momentum must be a number from 0 to 0.999, not “much”.'],
    ['rate', '', 'rate must be a number from 0 to 10, not that.'],
    ['augment', 'yes', 'augment must be true or false, not “yes”.'],
    ['optimizer', 'lion', 'optimizer must be sgd or adam, not “lion”.'],
    ['depth', '3', 'There is no setting called “depth”.'],
  ])('refuses %s=%s in one sentence', (key, text, message) => {
    expect(readField(key, text, DEFAULTS)).toEqual({ ok: false, text, message });
  });
});

describe('the address', () => {
  it('of an untouched preset is its name alone', () => {
    for (const name of names) expect(searchOf(setupOf(name))).toBe(`?preset=${name}`);
  });

  it('holds what differs and nothing else, and gives the same config back', () => {
    for (const name of names) {
      const base = configOf(name, {});
      const changed = { epochs: base.epochs + 1, rate: base.rate / 3, augment: !base.augment };
      const setup = withValues(setupOf(name), { ...changed, batch: base.batch });
      expect(changedKeys(setup)).toEqual(['epochs', 'augment', 'rate']);
      const reading = setupFrom(searchOf(setup));
      expect(reading.problems).toEqual([]);
      expect(reading.setup).toEqual(setup);
      expect(reading.setup.config).toEqual({ ...base, ...changed });
    }
  });

  it('gives every field back, at both ends of what it may be', () => {
    for (const { key, kind } of FIELDS) {
      const values =
        kind.type === 'number'
          ? [
              kind.least,
              kind.most,
              kind.whole ? kind.most : kind.least + (kind.most - kind.least) / 3e7,
            ]
          : kind.type === 'choice'
            ? kind.options
            : [false, true];
      for (const value of values) {
        const setup = withValues(setupOf('forget'), { [key]: value });
        const { setup: read, problems } = setupFrom(searchOf(setup));
        expect([key, read.config[key], problems]).toEqual([key, value, []]);
      }
    }
  });

  it('that is empty means the first preset', () => {
    expect(setupFrom('')).toEqual({ setup: setupOf(names[0]!), problems: [] });
  });

  it('says every parameter that it cannot use and keeps the others', () => {
    const preset = names.at(-1)!;
    const { setup, problems } = setupFrom(`?preset=${preset}&width=999&epochs=3&colour=red`);
    expect(setup.config).toEqual({ ...configOf(preset, {}), epochs: 3 });
    expect(problems).toEqual([
      'width must be a whole number from 1 to 256, not “999”.',
      'There is no setting called “colour”.',
    ]);
  });

  it('names the presets there are when asked for another', () => {
    const { setup, problems } = setupFrom('?preset=nonesuch&epochs=3');
    expect(setup.preset).toBe(names[0]);
    expect(setup.config.epochs).toBe(3);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('“nonesuch”');
    for (const name of names) expect(problems[0]).toContain(name);
  });
});

describe('a story that suits the device', () => {
  const slow = { gigaflops: 1.5, software: true };
  const fast = { gigaflops: 2000, software: false };

  it('is marked against its own size, and its address holds the size', () => {
    const setup = suitedSetup('forget', slow);
    expect(setup.config).toMatchObject({ model: 'pocket', width: 8, strategy: 'finetune' });
    expect(changedKeys(setup)).toEqual([]);
    const reading = setupFrom(searchOf(setup));
    expect(reading.problems).toEqual([]);
    expect(reading.setup.config).toEqual(setup.config);
    expect(suitedSetup('forget', fast).config.model).toBe('resnet18');
  });

  it('keeps blocks to what has blocks', () => {
    expect(suitedSetup('replay', fast).config.block).toBe(DEFAULTS.block);
    expect(suitedSetup('sparse', slow).config.block).toBe('4x4');
  });

  it('gives each of its runs whole', () => {
    const [sparse, dense] = [0, 1].map((run) => suitedSetup('sparse', slow, run).config);
    expect(sparse).toMatchObject({ layout: 'block', sparsity: 0.9 });
    expect(dense).toMatchObject({ layout: 'dense', sparsity: 0, epochs: sparse!.epochs });
  });

  it('goes on from run to run, with the seed that was chosen, and ends', () => {
    const first = withValues(suitedSetup('sparse', slow), { seed: 7 });
    const second = nextRun(first, slow);
    expect(second?.config).toEqual({ ...suitedSetup('sparse', slow, 1).config, seed: 7 });
    expect(nextRun(second!, slow)).toBeNull();
    expect(nextRun(suitedSetup('forget', slow), slow)).toBeNull();
    const told = [0, 1, 2].map((run) => nextRun(suitedSetup('schemes', slow, run), slow)?.config);
    expect(told.map((config) => config?.layout)).toEqual(['pattern', 'channel', 'unstructured']);
  });

  it('goes on as large as it began, from an address or where the device was timed meanwhile', () => {
    const { setup } = setupFrom(searchOf(suitedSetup('sparse', slow)));
    const next = nextRun(setup, fast);
    expect(next?.config).toEqual(suitedSetup('sparse', slow, 1).config);
    expect(next?.config.model).toBe('pocket');
  });

  it('does not go on where more was changed than its size', () => {
    const changed = withValues(suitedSetup('sparse', slow), { rate: 0.7 });
    expect(nextRun(changed, slow)).toBeNull();
  });

  it('of another preset is that preset', () => {
    expect(suitedSetup('paper-er', slow)).toEqual(setupOf('paper-er'));
  });
});

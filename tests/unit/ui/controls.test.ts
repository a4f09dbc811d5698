/** The words of the controls: settings, devices, failures, config files. */
import { describe, expect, it } from 'vitest';
import { ConfigSchema, DEFAULTS } from '../../../src/lab/config/config.ts';
import { browserOf, deviceAdvice } from '../../../src/ui/parts/failure-advice.ts';
import { configFromText, configToText } from '../../../src/ui/controls/config-file.ts';
import { FIELDS, sections } from '../../../src/ui/parts/config-fields.ts';
import { FIELD_WORDS } from '../../../src/lab/config/field-words.ts';
import { featureSentence, formatSpeed, speedMeaning } from '../../../src/ui/parts/device-words.ts';

describe('settings', () => {
  it('stand in eight groups', () => {
    expect(sections(['seed']).map(({ title }) => title)).toEqual([
      'Data',
      'Network',
      'Mask',
      'Gradients',
      'Data removal',
      'Forgetting',
      'Training',
      'Device',
    ]);
  });

  it('each have a title of their own and a sentence, and their options have words', () => {
    const titles = FIELDS.map(({ key }) => FIELD_WORDS[key]?.title);
    expect(titles).not.toContain(undefined);
    expect(new Set(titles).size).toBe(Object.keys(ConfigSchema.entries).length);
    for (const { key, kind } of FIELDS) {
      expect(FIELD_WORDS[key]?.help).toMatch(/\S.*\.$/);
      const words = FIELD_WORDS[key]?.options;
      if (kind.type === 'choice' && words) {
        expect(Object.keys(words).sort()).toEqual([...kind.options].sort());
      }
    }
  });
});

describe('a device', () => {
  const adapter = { vendor: '', architecture: '', description: '', software: false };

  it('says what it can do', () => {
    const features = ['timestamp-query', 'shader-f16'];
    expect(featureSentence({ ...adapter, features })).toBe(
      'It times each kernel by itself and computes in half precision.',
    );
    expect(featureSentence({ ...adapter, features: [] })).toContain('nothing more');
  });

  it.each([
    [1.5, '1.5 GFLOP/s', 'smallest'],
    [64.2, '64.2 GFLOP/s', 'four convolutions'],
    [3210, '3.21 TFLOP/s', 'wide ResNet-18'],
  ])('of %d has a speed that means something', (gigaflops, text, meaning) => {
    expect(formatSpeed(gigaflops)).toBe(text);
    expect(speedMeaning(gigaflops)).toContain(meaning);
  });
});

const AGENTS = {
  chromeLinux:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  edge: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0',
  android:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
  safari:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  chromeIos:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1',
} as const;

describe('advice where there is no WebGPU', () => {
  it.each([
    ['chromeLinux', 'chrome', 'linux', 'chrome://flags'],
    ['edge', 'edge', 'windows', 'Edge has WebGPU from version 113'],
    ['android', 'chrome', 'android', 'Android 12'],
    ['firefox', 'firefox', 'linux', 'about:config'],
    ['safari', 'safari', 'mac', 'version 26'],
    ['chromeIos', 'safari', 'ios', 'iOS or iPadOS 26'],
  ] as const)('for %s', (agent, name, system, words) => {
    const browser = browserOf(AGENTS[agent]);
    expect(browser).toEqual({ name, system });
    expect(deviceAdvice('no-webgpu', browser)).toContain(words);
  });

  it('knows an iPad that calls itself a Mac', () => {
    expect(browserOf(AGENTS.safari, 5).system).toBe('ios');
  });

  it('says first that the address is at fault, where it is', () => {
    expect(deviceAdvice('no-webgpu', browserOf(AGENTS.edge), false)).toContain('https://');
  });

  it('of an adapter that is missing looks to the driver', () => {
    expect(deviceAdvice('no-adapter', browserOf(AGENTS.edge))).toContain('driver');
    expect(deviceAdvice('no-adapter', browserOf(AGENTS.safari))).toContain('hardware acceleration');
  });
});

describe('a config file', () => {
  const config = { ...DEFAULTS, epochs: 7, strategy: 'derpp', seed: 41 } as const;

  it('comes back as it went', () => {
    const text = configToText({ preset: 'replay', config });
    expect(configFromText(text)).toEqual({ ok: true, preset: 'replay', config });
  });

  it('of an earlier version has defaults for what it does not name', () => {
    const text = JSON.stringify({
      schema: 'palimpsest-config/1',
      preset: 'gone',
      config: { epochs: 3 },
    });
    expect(configFromText(text)).toEqual({
      ok: true,
      preset: null,
      config: { ...DEFAULTS, epochs: 3 },
    });
  });

  it('may be the report of a run', () => {
    const text = JSON.stringify({ schema: 'palimpsest-report/1', config, steps: 10 });
    expect(configFromText(text)).toMatchObject({ ok: true, config });
  });

  it.each([
    ['not JSON', 'This file is not JSON'],
    ['[1, 2]', 'no config of this lab'],
    ['{"schema":"other","config":{}}', 'no config of this lab'],
    [
      '{"schema":"palimpsest-config/1","config":{"epochs":0}}',
      'This config cannot be used. epochs:',
    ],
    [
      '{"schema":"palimpsest-config/1","config":{"colour":1}}',
      'This config cannot be used. colour:',
    ],
    ['x'.repeat(300_000), 'too large'],
  ])('that is none is refused in a sentence: %.40s', (text, words) => {
    const reading = configFromText(text);
    expect(reading.ok).toBe(false);
    expect(reading).toMatchObject({ message: expect.stringContaining(words) as string });
  });
});

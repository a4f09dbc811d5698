import { describe, expect, test } from 'vitest';
import { parseArguments, UsageError } from '../../../src/cli/arguments.ts';
import { ConfigError } from '../../../src/lab/config/config.ts';

describe('parseArguments', () => {
  test('lays --set and --seed over the preset', () => {
    const command = parseArguments([
      'run',
      ...['--preset', 'pocket-derpp', '--set', 'epochs=3', '--set', 'maskedHead=true'],
      ...['--seed', '7', '--runtime', 'browser', '--json', '-', '--data', 'a.tar.gz'],
    ]);
    expect(command).toMatchObject({
      command: 'run',
      runtime: 'browser',
      json: '-',
      data: 'a.tar.gz',
      config: { strategy: 'derpp', epochs: 3, maskedHead: true, seed: 7, rate: 0.03 },
    });
  });

  test('runs the short preset in Node when nothing is said', () => {
    expect(parseArguments(['run'])).toMatchObject({
      runtime: 'node',
      config: { model: 'pocket', strategy: 'er', data: 'cifar10' },
    });
  });

  test('records a run, beside the preset that it began from', () => {
    expect(parseArguments(['run', '--recording', 'a.json'])).toMatchObject({
      preset: 'pocket-er',
      recording: 'a.json',
    });
    expect(parseArguments(['run', '--preset', 'pocket-joint'])).toMatchObject({
      preset: 'pocket-joint',
    });
    expect(parseArguments(['run'])).not.toHaveProperty('recording');
    const inBrowser = ['run', '--runtime', 'browser', '--recording', 'a.json'];
    expect(() => parseArguments(inBrowser)).toThrow(UsageError);
  });

  test('costs a preset, on a stream that is not shipped too', () => {
    expect(parseArguments(['cost', '--preset', 'paper-er'])).toMatchObject({
      command: 'cost',
      recalled: false,
      config: { strategy: 'er', epochs: 50 },
    });
    const tiny = ['cost', '--preset', 'paper-er', '--protocol', 'tiny-imagenet', '--recalled'];
    expect(parseArguments([...tiny, '--set', 'epochs=2'])).toMatchObject({
      recalled: true,
      protocol: { name: 'tiny-imagenet', shape: { size: 64, classes: 200 } },
      config: { tasks: 10, classesPerTask: 20, imagesPerClass: 500, epochs: 2 },
    });
  });

  test('compares the reports that are named', () => {
    expect(parseArguments(['compare', 'a.json', 'b.json', '--json', '-'])).toEqual({
      command: 'compare',
      files: ['a.json', 'b.json'],
      recalled: false,
      json: '-',
    });
  });

  test.each([[], ['help'], ['run', '--help'], ['-h']])('%j asks for help', (...argv) => {
    expect(parseArguments(argv.flat())).toEqual({ command: 'help' });
  });

  test.each([
    [['walk'], 'walk: no such command'],
    [['run', 'fast'], 'fast: not understood'],
    [['run', '--runtime', 'deno'], '--runtime deno'],
    [['run', '--set', 'epochs'], '--set epochs: write it as key=value'],
    [['run', '--speed', '9'], '--speed'],
    [['compare'], 'compare: name the reports'],
    [['cost', '--protocol', 'mars'], '--protocol mars: there is tiny-imagenet'],
    [['run', '--protocol', 'tiny-imagenet'], 'its images are not part of the lab'],
  ] as const)('%j is refused with a sentence', (argv, sentence) => {
    expect(() => parseArguments(argv)).toThrow(UsageError);
    expect(() => parseArguments(argv)).toThrow(sentence);
  });

  test.each([
    [['run', '--preset', 'nope'], 'preset: there is no nope; there are '],
    [['run', '--set', 'epoch=3'], 'epoch: no such field; there are data,'],
    [['run', '--set', 'epochs=0'], 'epochs:'],
    [['run', '--set', 'epochs='], 'epochs:'],
    [['run', '--set', 'epochs=many'], 'epochs:'],
    [['run', '--set', 'augment=1'], 'augment:'],
    [['run', '--set', 'model=vgg'], 'model:'],
    [['run', '--seed=-1'], 'seed:'],
  ] as const)('%j is a config error that names the field', (argv, sentence) => {
    expect(() => parseArguments(argv)).toThrow(ConfigError);
    expect(() => parseArguments(argv)).toThrow(sentence);
  });
});

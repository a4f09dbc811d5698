import { describe, expect, test } from 'vitest';
import { LEAST_ROUNDS } from '../../../src/bench/benchmark.ts';
import { UsageError } from '../../../src/cli/arguments.ts';
import { benchHelp, parseBenchArguments } from '../../../src/cli/bench-arguments.ts';

describe('parseBenchArguments', () => {
  test('runs in Node with the options of a reportable run when nothing is said', () => {
    expect(parseBenchArguments(['peers'])).toEqual({
      command: 'run',
      benchmark: 'peers',
      runtime: 'node',
      options: {
        workloads: [],
        stacks: [],
        layers: [],
        rounds: LEAST_ROUNDS,
        blocks: ['16x16'],
        sparsities: [0.5, 0.75, 0.9, 0.95],
        tune: false,
      },
    });
  });

  test('reads every option', () => {
    const argv = [
      'step',
      ...['--runtime', 'browser', '--json', '-', '--rounds', '4', '--workload', 'w1,w5'],
      ...[
        '--stack',
        'jax-js webgpu, tfjs webgl',
        '--block',
        '8x8,32x16',
        '--layers',
        'one,two',
        '--sparsity',
        '0,.5',
      ],
    ];
    expect(parseBenchArguments(argv)).toEqual({
      command: 'run',
      benchmark: 'step',
      runtime: 'browser',
      json: '-',
      options: {
        workloads: ['w1', 'w5'],
        stacks: ['jax-js webgpu', 'tfjs webgl'],
        layers: ['one', 'two'],
        rounds: 4,
        blocks: ['8x8', '32x16'],
        sparsities: [0, 0.5],
        tune: false,
      },
    });
  });

  test.each([[], ['help'], ['peers', '--help'], ['-h']])('%j asks for help', (...argv) => {
    expect(parseBenchArguments(argv.flat())).toEqual({ command: 'help' });
  });

  test.each([
    { argv: ['speed'], names: 'step, peers' },
    { argv: ['peers', 'now'], names: 'now' },
    { argv: ['peers', '--runtime', 'deno'], names: 'node or browser' },
    { argv: ['peers', '--workload', 'w9'], names: 'w1, w2, w3, w5' },
    { argv: ['peers', '--stack', 'torch'], names: 'jax-js webgpu' },
    { argv: ['peers', '--rounds', '0'], names: 'from 1' },
    { argv: ['peers', '--rounds', '2.5'], names: 'from 1' },
    { argv: ['step', '--block', '16'], names: '16x16' },
    { argv: ['step', '--sparsity', '1'], names: 'below 1' },
    { argv: ['step', '--sparsity', 'half'], names: 'below 1' },
    { argv: ['peers', '--fast'], names: '--fast' },
  ])('$argv says what is wrong', ({ argv, names }) => {
    const parse = () => parseBenchArguments(argv);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(names);
  });

  test('help names every benchmark and option', () => {
    for (const word of ['step', 'peers', '--runtime', '--json', '--rounds', '--stack', 'w5']) {
      expect(benchHelp()).toContain(word);
    }
  });
});

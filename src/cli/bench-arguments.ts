/** Reads the command line of `npm run bench`. */
import { parseArgs } from 'node:util';
import { DEFAULT_OPTIONS, type BenchOptions } from '../bench/benchmark.ts';
import { BENCHMARKS } from '../bench/registry.ts';
import { STACKS } from '../bench/stacks/registry.ts';
import { WORKLOADS } from '../bench/workloads.ts';
import { UsageError } from './arguments.ts';

export interface BenchCommand {
  readonly command: 'run';
  readonly benchmark: string;
  readonly runtime: 'node' | 'browser';
  /** Where the JSON report goes; `-` is stdout. */
  readonly json?: string;
  readonly options: BenchOptions;
}

/** Throws `UsageError`. */
export function parseBenchArguments(
  argv: readonly string[],
): BenchCommand | { readonly command: 'help' } {
  const { values, positionals } = parsed(argv);
  const [name, ...rest] = positionals;
  if (values.help === true || name === undefined || name === 'help') return { command: 'help' };
  if (rest.length > 0) throw new UsageError(`${rest.join(' ')}: not understood; see --help`);
  const { runtime = 'node', rounds, json } = values;
  if (runtime !== 'node' && runtime !== 'browser') {
    throw new UsageError(`--runtime ${runtime}: it is node or browser`);
  }
  return {
    command: 'run',
    benchmark: oneOf(name, names(BENCHMARKS), 'benchmark'),
    runtime,
    ...(json !== undefined && { json }),
    options: {
      workloads: listOf(values.workload, names(WORKLOADS), '--workload'),
      stacks: listOf(values.stack, names(STACKS), '--stack'),
      layers: split(values.layers) ?? [],
      rounds: rounds === undefined ? DEFAULT_OPTIONS.rounds : roundsOf(rounds),
      blocks: split(values.block)?.map(blockOf) ?? DEFAULT_OPTIONS.blocks,
      sparsities: split(values.sparsity)?.map(sparsityOf) ?? DEFAULT_OPTIONS.sparsities,
      tune: values.tune ?? false,
    },
  };
}

/** All benchmarks, workloads and stacks by name, for `--help`. */
export const benchHelp = (): string => `Measures, headless.

  npm run -s bench -- NAME [--runtime node|browser] [--json FILE|-] [options]

${BENCHMARKS.map(({ name, line }) => `  ${name.padEnd(10)}${line}\n`).join('')}
  --runtime         node: in this process, through Dawn; browser: in a headless Chromium
  --json FILE|-     writes the report as JSON; - is stdout, in place of the tables
  --rounds N        timed steps of each contender (${DEFAULT_OPTIONS.rounds}); fewer show that it runs, no more
  --workload A,B    ${names(WORKLOADS).join(', ')} (peers: all of them; step: w2)
  --stack A,B       of peers: ${names(STACKS).join(', ')}; the first is always there
  --layers A,B      of kernels: sets of layers (all of them)
  --block A,B       of step and kernels: block shapes, outputs × inputs (${DEFAULT_OPTIONS.blocks.join(',')})
  --sparsity A,B    of step and kernels: shares of blocks left out (${DEFAULT_OPTIONS.sparsities.join(',')})
  --tune            of step and kernels: with the kernels that are fastest here, dense and sparse, in place of the default

Exit codes: 0 done, 1 internal error, 2 wrong arguments, 3 no WebGPU adapter or browser.
`;

const names = (named: readonly { readonly name: string }[]) => named.map(({ name }) => name);

const split = (text: string | undefined): string[] | undefined =>
  text
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function listOf(text: string | undefined, known: readonly string[], option: string): string[] {
  return (split(text) ?? []).map((name) => oneOf(name, known, option));
}

function oneOf(name: string, known: readonly string[], what: string): string {
  if (known.includes(name)) return name;
  throw new UsageError(`${what} ${name}: there are ${known.join(', ')}`);
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1) return rounds;
  throw new UsageError(`--rounds ${text}: a whole number from 1 is needed`);
}

function blockOf(text: string): string {
  if (/^\d+x\d+$/.test(text)) return text;
  throw new UsageError(`--block ${text}: a block is written as 16x16`);
}

function sparsityOf(text: string): number {
  const sparsity = Number(text);
  if (text !== '' && sparsity >= 0 && sparsity < 1) return sparsity;
  throw new UsageError(`--sparsity ${text}: a share from 0 to below 1 is needed`);
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        runtime: { type: 'string' },
        json: { type: 'string' },
        rounds: { type: 'string' },
        workload: { type: 'string' },
        stack: { type: 'string' },
        layers: { type: 'string' },
        block: { type: 'string' },
        sparsity: { type: 'string' },
        tune: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

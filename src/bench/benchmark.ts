/**
 * What a benchmark is: a function from options to rows, the shape of a row, and a table of rows. It runs in a
 * page as well as in Node and is handed what it needs of either; `registry.ts` lists them all.
 */
import * as v from 'valibot';
import type { StackContext } from './stacks/stack.ts';

/** What the command line can choose; each benchmark reads what concerns it. */
export const BenchOptionsSchema = v.strictObject({
  /** Names of workloads; none: the benchmark's own choice. */
  workloads: v.array(v.string()),
  /** Names of stacks; none: all. */
  stacks: v.array(v.string()),
  /** Names of sets of layers; none: all. */
  layers: v.array(v.string()),
  /** Timed steps of each contender. */
  rounds: v.number(),
  /** Block shapes, output channels × input channels, as `16x16`. */
  blocks: v.array(v.string()),
  /** Shares of blocks that are not live, in [0, 1). */
  sparsities: v.array(v.number()),
  /** Whether kernels are first tuned on the device; else the default ones are timed. */
  tune: v.boolean(),
});

export type BenchOptions = Readonly<v.InferOutput<typeof BenchOptionsSchema>>;

/** Rounds of a run whose figures may be reported. */
export const LEAST_ROUNDS = 15;

export const DEFAULT_OPTIONS: BenchOptions = {
  workloads: [],
  stacks: [],
  layers: [],
  rounds: LEAST_ROUNDS,
  blocks: ['16x16'],
  sparsities: [0.5, 0.75, 0.9, 0.95],
  tune: false,
};

export interface BenchContext extends StackContext {
  readonly options: BenchOptions;
  /** Hears of progress, a line at a time. */
  readonly say: (line: string) => void;
}

export interface Benchmark {
  readonly name: string;
  /** What it shows, for `--help`. */
  readonly line: string;
  /** Throws `RangeError` on options that it has no use for. */
  readonly run: (context: BenchContext) => Promise<readonly unknown[]>;
  /** Throws `ValiError` on anything but this benchmark's rows. */
  readonly table: (rows: readonly unknown[]) => string;
}

/** A benchmark with rows of a known shape, as the registry and the report see it. */
export function benchmark<Row>(definition: {
  readonly name: string;
  readonly line: string;
  readonly row: v.GenericSchema<unknown, Row>;
  readonly run: (context: BenchContext) => Promise<readonly Row[]>;
  readonly table: (rows: readonly Row[]) => string;
}): Benchmark {
  const { name, line, row, run, table } = definition;
  return {
    name,
    line,
    run: async (context) => (await run(context)).map((each) => v.parse(row, each)),
    table: (rows) => table(v.parse(v.array(row), rows)),
  };
}

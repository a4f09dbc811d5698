/** The one JSON document of a benchmark run: its rows, and everything that a reader needs to judge them. */
import * as v from 'valibot';
import { BenchOptionsSchema } from './benchmark.ts';
import { benchmarkOf } from './registry.ts';

export const BenchReportSchema = v.strictObject({
  schema: v.literal('palimpsest-benchmark/1'),
  benchmark: v.string(),
  /** When it began, ISO 8601. */
  date: v.string(),
  machine: v.strictObject({
    platform: v.string(),
    processor: v.string(),
    cores: v.number(),
    memoryBytes: v.number(),
  }),
  runtime: v.strictObject({ name: v.picklist(['node', 'browser']), version: v.string() }),
  adapter: v.strictObject({
    vendor: v.string(),
    architecture: v.string(),
    description: v.string(),
    software: v.boolean(),
    features: v.array(v.string()),
  }),
  /** Of what is compared, and of the WebGPU below it in Node. */
  versions: v.record(v.string(), v.string()),
  options: BenchOptionsSchema,
  /** From start to end, in seconds. */
  seconds: v.number(),
  /** In the benchmark's own shape: see the files of `benchmarks/`. */
  rows: v.array(v.unknown()),
});

export type BenchReport = v.InferOutput<typeof BenchReportSchema>;

/** The benchmark's tables, and below them where they were measured. */
export function reportText(report: BenchReport): string {
  const { machine, runtime, adapter, versions, seconds } = report;
  const facts = [
    ['machine', `${machine.processor}, ${machine.cores} cores, ${machine.platform}`],
    ['runtime', `${runtime.name} ${runtime.version}`],
    ['adapter', adapter.description || `${adapter.vendor} ${adapter.architecture}`.trim()],
    ...Object.entries(versions),
    ['took', `${Math.round(seconds)} s`],
  ];
  const width = Math.max(...facts.map(([name]) => name!.length));
  const lines = facts.map(([name, value]) => `${name!.padEnd(width)}  ${value!}\n`);
  return `${benchmarkOf(report.benchmark).table(report.rows)}\n${lines.join('')}`;
}

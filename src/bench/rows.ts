/** The parts that rows of several benchmarks have in common, as schemas and as text. */
import * as v from 'valibot';
import type { Account, Counts } from './meter.ts';
import { COUNTERS, difference } from './meter.ts';
import { median } from './statistics.ts';

export const SummarySchema = v.strictObject({
  count: v.number(),
  min: v.number(),
  median: v.number(),
  lower: v.number(),
  upper: v.number(),
});

export const ParitySchema = v.strictObject({
  steps: v.number(),
  tolerance: v.number(),
  worst: v.nullable(v.number()),
  passed: v.boolean(),
});

/** WebGPU calls of one step, medians over the timed steps; pipelines and peak bytes of the whole run. */
export const UsageSchema = v.strictObject({
  dispatches: v.number(),
  passes: v.number(),
  submits: v.number(),
  buffers: v.number(),
  bufferBytes: v.number(),
  writtenBytes: v.number(),
  pipelines: v.number(),
  peakBytes: v.number(),
});

export type Usage = v.InferOutput<typeof UsageSchema>;

/** Counts the steps of one contender, each by itself. */
export class StepCounter {
  readonly #steps: Counts[] = [];

  constructor(readonly account: Account) {}

  async count<Result>(step: () => Promise<Result>): Promise<Result> {
    const before = this.account.counts;
    const result = await step();
    this.#steps.push(difference(this.account.counts, before));
    return result;
  }

  usage(): Usage {
    const counts = Object.fromEntries(
      COUNTERS.map((counter) => [counter, median(this.#steps.map((step) => step[counter]))]),
    ) as unknown as Counts;
    return {
      ...counts,
      pipelines: this.account.counts.pipelines,
      peakBytes: this.account.peakBytes,
    };
  }
}

/** Three significant digits, in a unit that a person reads at a glance. */
export function milliseconds(ms: number): string {
  return ms >= 9999.5 ? `${(ms / 1000).toPrecision(3)} s` : `${digits(ms)} ms`;
}

export const megabytes = (bytes: number): string => `${digits(bytes / 1e6)} MB`;

/** Three digits, or all before the point where there are more; never an exponent. */
export const digits = (value: number): string =>
  value >= 999.5 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));

/** 1.234e-7, or a dash for nothing. */
export const error = (value: number | null): string =>
  value === null ? 'not a number' : value.toExponential(1);

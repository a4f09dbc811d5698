/**
 * Reports side by side: those that differ in nothing but the seed are one group, with means and sample deviations,
 * beside the published row whose protocol they follow. A run on fewer images, or with other images in the place
 * of the set that was asked for, follows nobody's, and the comparison says so.
 */
import * as v from 'valibot';
import type { Config, ConfigKey } from '../config/config.ts';
import { costOf } from '../cost/cost.ts';
import { configOf, PRESETS } from '../presets/registry.ts';
import { differences, standingOf } from '../published/published-match.ts';
import type { PublishedRow } from '../published/published-row.ts';
import { ReportSchema, type Report } from './report.ts';

/** A file that is no report of this lab; `message` is one sentence that names it. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

/** Mean and sample standard deviation over runs; one run has none. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number | null;
}

/** Runs that differ in nothing but the seed. */
export interface Group {
  /** The nearest preset and the fields that are changed. */
  readonly name: string;
  /** Of the first run. */
  readonly config: Config;
  readonly seeds: readonly number[];
  readonly adapters: readonly string[];
  /** Final average accuracies and forgetting, as fractions. */
  readonly classIncremental: Spread;
  readonly taskIncremental: Spread;
  readonly forgetting: Spread | null;
  /** Floating-point operations of training, every pass of every row; and as published tables count. */
  readonly flops: Spread;
  readonly publishedFlops: Spread;
  readonly trainSeconds: Spread;
  readonly millisecondsPerStep: Spread;
  readonly trainingBytes: Spread;
  /** Share of the parameters that lives. */
  readonly density: Spread;
  readonly published: PublishedRow | null;
  /** Sentences that a reader of the numbers needs. */
  readonly remarks: readonly string[];
}

export interface Comparison {
  readonly schema: 'palimpsest-comparison/1';
  readonly groups: readonly Group[];
}

/** A report from a file's JSON. Throws `ReportError`. */
export function parseReport(text: string, file: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ReportError(`${file}: this is not JSON`);
  }
  const schema = v.safeParse(v.object({ schema: v.string() }), value);
  const known = ReportSchema.entries.schema.literal;
  if (!schema.success) throw new ReportError(`${file}: this is no report (it has no schema)`);
  if (schema.output.schema !== known) {
    throw new ReportError(`${file}: its schema is ${schema.output.schema}, and ${known} is read`);
  }
  const parsed = v.safeParse(ReportSchema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new ReportError(
    `${file}: ${v.getDotPath(issue) ?? 'its root'}: ${issue.message}; another version may have written it`,
  );
}

/** Groups of `reports`, in the order in which they first appear. `rows` are the published ones that may be shown. */
export function compareReports(
  reports: readonly Report[],
  rows: readonly PublishedRow[],
): Comparison {
  const groups = new Map<string, Report[]>();
  for (const report of reports) {
    const key = JSON.stringify([{ ...report.config, seed: 0 }, report.data]);
    groups.set(key, [...(groups.get(key) ?? []), report]);
  }
  return {
    schema: 'palimpsest-comparison/1',
    groups: [...groups.values()].map((runs) => groupOf(runs, rows)),
  };
}

function groupOf(runs: readonly Report[], rows: readonly PublishedRow[]): Group {
  const { config } = runs[0]!;
  const of = (value: (report: Report) => number) => spread(runs.map(value));
  const forgetting = runs.flatMap(
    ({ classIncremental }) => classIncremental.metrics.forgetting ?? [],
  );
  const adapters = [
    ...new Set(
      runs.map(({ adapter }) => adapter.description || `${adapter.vendor} ${adapter.architecture}`),
    ),
  ];
  const standing = standingOf(config, rows);
  const doubts = runs.flatMap(doubtsOf);
  const published = standing.differs.length === 0 && doubts.length === 0 ? standing.row : null;
  return {
    name: nameOf(config),
    config,
    seeds: runs.map((run) => run.config.seed),
    adapters,
    classIncremental: of((run) => run.classIncremental.metrics.finalAccuracy),
    taskIncremental: of((run) => run.taskIncremental.metrics.finalAccuracy),
    forgetting: forgetting.length === runs.length ? spread(forgetting) : null,
    flops: of(({ ledger }) => 2 * ledger.run.all.macs),
    publishedFlops: of(({ ledger }) => 2 * ledger.run.published.macs),
    trainSeconds: of(({ timing }) => timing.trainSeconds),
    millisecondsPerStep: of(({ timing }) => timing.millisecondsPerStep),
    trainingBytes: of((run) => run.trainingBytes),
    density: of(({ model }) => model.density),
    published,
    remarks: [
      ...new Set(doubts),
      ...(published ? [] : apart(standing.row, standing.differs)),
      ...(new Set(runs.map((run) => run.config.seed)).size < runs.length
        ? ['a seed comes more than once, so these runs are not independent']
        : []),
      ...(adapters.length > 1 ? ['times are of different adapters'] : []),
    ],
  };
}

/** Why a run that asked for a published protocol may not have had it. */
function doubtsOf({ config, data, steps }: Report): string[] {
  const doubts: string[] = [];
  if (data.name !== config.data) doubts.push(`${data.title} stood in for ${config.data}`);
  const wanted = costOf(config).steps;
  if (steps < wanted) {
    doubts.push(
      `${String(steps)} steps where ${String(wanted)} belong to the config: there were fewer images than ` +
        `the ${String(config.imagesPerClass)} a class that it asks for`,
    );
  }
  return doubts;
}

/** No more fields than this are named; with more, a run has nothing to do with the row. */
const MOST_NAMED = 12;

function apart(row: PublishedRow | null, differs: readonly ConfigKey[]): string[] {
  if (!row || differs.length === 0 || differs.length > MOST_NAMED) return [];
  const what = `${row.method}${row.sparsity > 0 ? ` ${String(row.sparsity)}` : ''}`;
  const buffer = row.buffer > 0 ? `, buffer ${String(row.buffer)}` : '';
  return [
    `does not stand beside published results: it differs from ${what} (${row.stream}${buffer}) in ${differs.join(', ')}`,
  ];
}

/** The preset with the fewest fields changed, and those. */
function nameOf(config: Config): string {
  const [first, ...others] = PRESETS.map(({ name }) => ({
    name,
    changed: differences(config, configOf(name), ['seed']),
  }));
  const best = others.reduce(
    (least, preset) => (preset.changed.length < least.changed.length ? preset : least),
    first!,
  );
  return [best.name, ...best.changed.map((key) => `${key}=${String(config[key])}`)].join(' ');
}

/** Mean and sample deviation (over n − 1) of at least one value. */
export function spread(values: readonly number[]): Spread {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, deviation: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (n - 1)) };
}

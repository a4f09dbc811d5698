/** The cost of a config as a report: the counts, published rows that it should meet, and what a reader should know. */
import { requireCombination } from '../config/combinations.ts';
import type { Config } from '../config/config.ts';
import { costOf, type Cost } from './cost.ts';
import { dataShapeOf, type Protocol } from '../config/data-shapes.ts';
import { costRows, presetNotes } from '../published/published-match.ts';
import type { Known, PublishedRow } from '../published/published-row.ts';

/** A published figure beside what the formula gives. */
export interface CostMatch {
  readonly method: string;
  readonly stream: string;
  readonly sparsity: number;
  /** As published, to the digits that are printed there. */
  readonly flops: number;
  readonly known: Known;
  /** Here over there, less 1. */
  readonly error: number;
  /** Whether the count, rounded as the table is, is the table's figure. */
  readonly rounds: boolean;
  readonly note?: string;
}

export interface CostReport extends Cost {
  readonly schema: 'palimpsest-cost/1';
  readonly config: Config;
  /** The protocol that stands in for the config's data set, if one does. */
  readonly protocol: string | null;
  readonly matches: readonly CostMatch[];
  readonly notes: readonly string[];
}

/** Throws `ConfigError` and `StreamError`. `rows` are the published ones that may be shown. */
export function costReport(
  config: Config,
  rows: readonly PublishedRow[],
  protocol?: Protocol,
): CostReport {
  requireCombination(config);
  const cost = costOf(config, protocol?.shape ?? dataShapeOf(config));
  const { flops } = cost.published;
  return {
    schema: 'palimpsest-cost/1',
    config,
    protocol: protocol?.name ?? null,
    ...cost,
    matches: costRows(config, rows, protocol?.name).flatMap((row) => {
      if (!row.flops) return [];
      const { method, stream, sparsity, note } = row;
      const { mean, known } = row.flops;
      const error = flops / mean - 1;
      const rounds = roundsTo(flops, mean, row.stream === 'Split Tiny-ImageNet' ? 1e15 : 1e14);
      const named = { ...(note !== undefined && { note }) };
      return [{ method, stream, sparsity, flops: mean, known, error, rounds, ...named }];
    }),
    notes: presetNotes(config, protocol?.config),
  };
}

/** Whether a count, printed in steps of `unit` as the published tables print it, is the figure there. */
const roundsTo = (count: number, figure: number, unit: number): boolean =>
  Math.round(count / unit) === Math.round(figure / unit);

/**
 * Which published result may be laid beside which run, and what stands between them. Few runs in a browser follow a
 * published protocol to the letter, so the nearest one is shown with all that differs, and never as if it were a
 * measurement of this page.
 */
import { StreamError } from '../../continual/stream/stream.ts';
import type { Config, ConfigKey } from '../../lab/config/config.ts';
import { dataShapeOf } from '../../lab/config/data-shapes.ts';
import { differences, protocolConfig, standingOf } from '../../lab/published/published-match.ts';
import { publishedRows } from '../../lab/published/published.ts';
import type { Figure, PublishedRow } from '../../lab/published/published-row.ts';
import type { Recording } from '../../lab/recording/recording.ts';
import { runTotals } from '../../lab/timeline/run-totals.ts';

/** A run with more differences than these has nothing to do with the row. */
const MOST_DIFFERENCES = 12;

export interface Apart {
  /** Place of the run among those that are compared. */
  readonly place: number;
  /** Fields that differ and matter, with the published value. */
  readonly differs: readonly { readonly key: ConfigKey; readonly published: Config[ConfigKey] }[];
  /** Sentences, without a full stop, on why a run is not what its config says. */
  readonly doubts: readonly string[];
}

export interface Beside {
  readonly row: PublishedRow;
  readonly runs: readonly Apart[];
}

/** Rows beside runs, one each; `recalled` figures come from memory alone. */
export function publishedBeside(
  recordings: readonly Recording[],
  recalled: boolean,
): readonly Beside[] {
  const rows = publishedRows({ recalled });
  const found = new Map<PublishedRow, Apart[]>();
  for (const [place, recording] of recordings.entries()) {
    const { row, differs } = standingOf(recording.config, rows);
    const protocol = row && protocolConfig(row);
    if (!row || !protocol || differs.length > MOST_DIFFERENCES) continue;
    const apart: Apart = {
      place,
      differs: differs.map((key) => ({ key, published: protocol[key] })),
      doubts: doubtsOf(recording),
    };
    found.set(row, [...(found.get(row) ?? []), apart]);
  }
  return [...found].map(([row, runs]) => ({ row, runs }));
}

/** "DER++, buffer 200, sparsity 0.75". */
export function rowTitle({ method, buffer, sparsity }: PublishedRow): string {
  return [
    method,
    ...(buffer > 0 ? [`buffer ${String(buffer)}`] : []),
    ...(sparsity > 0 ? [`sparsity ${String(sparsity)}`] : []),
  ].join(', ');
}

/** "61.9 ± 1.8 %", with "(?)" where it is recalled; "–" for null. Figures of accuracy are in per cent. */
export function formatFigure(figure: Figure | null): string {
  if (!figure) return '–';
  const { mean, deviation, known } = figure;
  const spread = deviation === null ? '' : ` ± ${deviation.toFixed(1)}`;
  return `${mean.toFixed(1)}${spread} %${known === 'recalled' ? ' (?)' : ''}`;
}

/** Fields in which any of the configs differ and that have an effect; values in the order of the configs. */
export function differingFields(
  configs: readonly Config[],
): readonly { readonly key: ConfigKey; readonly values: readonly Config[ConfigKey][] }[] {
  const [first, ...others] = configs;
  if (!first) return [];
  const differing = new Set(others.flatMap((other) => differences(first, other, [])));
  return (Object.keys(first) as ConfigKey[])
    .filter((key) => differing.has(key))
    .map((key) => ({ key, values: configs.map((config) => config[key]) }));
}

function doubtsOf({ config, report }: Recording): string[] {
  if (!report) return ['it was stopped before its end'];
  const doubts: string[] = [];
  if (report.data.name !== config.data) {
    doubts.push(`${report.data.title} stood in for ${config.data}`);
  }
  if (report.steps < wholeSteps(config)) {
    doubts.push(
      `there were fewer images than the ${config.imagesPerClass} a class that it asks for`,
    );
  }
  return doubts;
}

/** Steps that belong to a config where all images that it asks for are there. */
function wholeSteps(config: Config): number {
  try {
    return runTotals(config, dataShapeOf(config)).steps;
  } catch (error) {
    if (error instanceof StreamError) return 0;
    throw error;
  }
}

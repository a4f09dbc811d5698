/** From what a run has left behind to its report. */
import type { RemovalEvent } from '../../../continual/data-sparsity/data-removal.ts';
import type { Accuracies, HeadAccuracies } from '../../../continual/evaluation/evaluator.ts';
import type { MaskEvent } from '../../../sparse/mask/mask-owner.ts';
import { continualMetrics } from '../../../continual/evaluation/metrics.ts';
import { STRATEGIES } from '../../../continual/strategies/registry.ts';
import type { Gpu } from '../../../gpu/device.ts';
import type { Config } from '../../config/config.ts';
import { trainingBytes, workLedger } from '../../report/ledger.ts';
import type { PreparedRun } from './prepare-run.ts';
import type { StepLog } from './step-log.ts';
import type { Report } from '../../report/report.ts';

export interface FinishedRun {
  readonly config: Config;
  readonly gpu: Gpu;
  readonly run: PreparedRun;
  readonly log: StepLog;
  readonly results: RunResults;
}

/** What has become of a run's network, mask and data. */
export interface RunResults {
  /** Before any training, then after every task. */
  readonly accuracies: readonly Accuracies[];
  readonly changes: readonly MaskEvent[];
  readonly removals: readonly RemovalEvent[];
  /** Buffers that training has created. */
  readonly buffersCreated: number;
}

/** To be called while the run's buffers are still allocated. */
export function runReport({ config, gpu, run, log, results }: FinishedRun): Report {
  const { set, stream, mask, trainer } = run;
  const { steps } = run.totals;
  const [untrained, ...rows] = results.accuracies;
  if (!untrained) throw new Error('a run begins with an evaluation');
  const { memory, adapter } = gpu;
  const bytesByKind = memory.bytesByKind();
  const draws = STRATEGIES[config.strategy].draws(config);
  const heads = rows.flatMap((row) => row.head ?? []);
  const scenarios = (each: readonly HeadAccuracies[]) => ({
    classIncremental: scenario(untrained, each, 'classIncremental'),
    taskIncremental: scenario(untrained, each, 'taskIncremental'),
  });
  return {
    schema: 'palimpsest-report/1',
    config,
    data: {
      name: set.name,
      title: set.title,
      classes: stream.evaluation.map(({ labels }) => labels.map((label) => set.classes[label]!)),
    },
    adapter: { ...adapter, features: [...adapter.features] },
    model: { ...run.model, macsPerStep: trainer.macs },
    variants: run.variants,
    ...scenarios(rows),
    ...(heads.length === rows.length && { head: scenarios(heads) }),
    masks: results.changes.map(summaryOf),
    removals: results.removals.map((removal) => ({ ...removal, removed: removal.removed.length })),
    ...log.curves(),
    steps,
    dispatchesPerStep: trainer.plan.entries.length,
    buffersCreatedPerStep: results.buffersCreated / steps,
    peakGpuBytes: memory.peakBytes,
    gpuBytesByKind: bytesByKind,
    trainingBytes: trainingBytes(bytesByKind),
    ledger: workLedger([...trainer.work, ...(mask?.work ?? [])], draws, steps),
    timing: log.timing(steps, trainer.submitter.submitsPerRun),
  };
}

function scenario(
  untrained: Accuracies,
  rows: readonly HeadAccuracies[],
  of: 'classIncremental' | 'taskIncremental',
): Report['classIncremental'] {
  const matrix = rows.map((row) => row[of]);
  const first = untrained[of];
  return { untrained: first, matrix, metrics: continualMetrics(matrix, first) };
}

const summaryOf = ({ layers, ...change }: MaskEvent): Report['masks'][number] => ({
  ...change,
  layers: layers.map(({ name, units, after, dropped, grown }) => ({
    ...{ name, units, live: after },
    dropped: dropped.length,
    grown: grown.length,
  })),
});

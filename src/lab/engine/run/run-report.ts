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
import type { Recorder } from './step-log.ts';
import type { Report } from '../../report/report.ts';

export interface FinishedRun {
  readonly config: Config;
  readonly gpu: Gpu;
  readonly setup: PreparedRun;
  readonly recorder: Recorder;
  /** Accuracies before any training, and after every task. */
  readonly untrained: Accuracies;
  readonly rows: readonly Accuracies[];
  readonly changes: readonly MaskEvent[];
  readonly removals: readonly RemovalEvent[];
  /** Buffers that training has created. */
  readonly buffersCreated: number;
}

/** To be called while the run's buffers are still allocated. */
export function runReport(run: FinishedRun): Report {
  const { config, gpu, setup, recorder, untrained, rows } = run;
  const { set, stream, mask, trainer, steps } = setup;
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
    model: { ...setup.model, macsPerStep: trainer.macs },
    variants: setup.variants,
    ...scenarios(rows),
    ...(heads.length === rows.length && { head: scenarios(heads) }),
    masks: run.changes.map(summaryOf),
    removals: run.removals.map((removal) => ({ ...removal, removed: removal.removed.length })),
    ...recorder.curves(),
    steps,
    dispatchesPerStep: trainer.plan.entries.length,
    buffersCreatedPerStep: run.buffersCreated / steps,
    peakGpuBytes: memory.peakBytes,
    gpuBytesByKind: bytesByKind,
    trainingBytes: trainingBytes(bytesByKind),
    ledger: workLedger([...trainer.work, ...(mask?.work ?? [])], draws, steps),
    timing: recorder.timing(steps, trainer.submitter.submitsPerRun),
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

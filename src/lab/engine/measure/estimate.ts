/**
 * What a run will take, before it is started: time on a device of known speed, operations, and bytes, each beside the
 * same run with every weight, gradient and image. Operations follow from the config (`lab/cost`); dispatches and bytes
 * are counted by listing the run on a device that does nothing (`assemble/dry-run.ts`); the time is a guess (`step-time.ts`).
 */
import { planBatch } from '../../../continual/batch/batch-plan.ts';
import { STRATEGIES } from '../../../continual/strategies/registry.ts';
import { requireCombination } from '../../config/combinations.ts';
import type { Config } from '../../config/config.ts';
import { denseTwin } from '../../config/dense-twin.ts';
import { countCost, type Cost } from '../../cost/cost-count.ts';
import { dataShapeOf } from '../../config/data-shapes.ts';
import { dryRun, type DryRun } from '../assemble/dry-run.ts';
import { trainingBytes } from '../../report/ledger.ts';
import { LAYOUTS } from '../../../sparse/layouts/registry.ts';
import { runTotals, type RunTotals } from '../../timeline/run-totals.ts';
import type { AdapterSummary, Amounts, Estimate } from '../../protocol.ts';
import { secondsFor, type Effort } from './step-time.ts';

export interface EstimateDevice {
  /** As measured, in 10⁹ floating-point operations a second; null before that. */
  readonly gigaflops: number | null;
  readonly adapter: AdapterSummary | null;
}

/** Throws `ConfigError` on what could not run either; its sentence says why. */
export async function estimateRun(config: Config, device: EstimateDevice): Promise<Estimate> {
  requireCombination(config);
  const counted = await count(config, device);
  const dense = !LAYOUTS[config.layout].masked && config.removal === 0;
  return {
    run: counted.amounts,
    dense: dense ? null : (await count(denseTwin(config), device)).amounts,
    steps: counted.cost.steps,
    parameters: counted.dry.parameters,
    firstStepSeconds: counted.firstStepSeconds,
  };
}

interface Counted {
  readonly cost: Cost;
  readonly dry: DryRun;
  readonly amounts: Amounts;
  readonly firstStepSeconds: number | null;
}

async function count(config: Config, { gigaflops, adapter }: EstimateDevice): Promise<Counted> {
  const shape = dataShapeOf(config);
  const totals = runTotals(config, shape);
  const cost = countCost(config, shape, totals);
  const dry = await dryRun(config, adapter);
  const step = { ...dry.step, flops: cost.executed.flops / cost.steps };
  const shown = evaluationEffort(config, cost, dry);
  const speed = gigaflops === null ? null : { gigaflops, software: adapter?.software ?? false };
  const choosing = maskSeconds(config, totals, cost);
  return {
    cost,
    dry,
    amounts: {
      seconds:
        speed &&
        cost.steps * secondsFor(step, speed) +
          totals.evaluations * secondsFor(shown, speed) +
          choosing,
      flops: cost.executed.flops,
      trainingBytes: trainingBytes(dry.bytes),
      bytes: Object.values(dry.bytes).reduce((sum, each) => sum + each, 0),
    },
    firstStepSeconds: speed && secondsFor(shown, speed) + secondsFor(step, speed),
  };
}

/** Changes of the mask are decided on the CPU. */
function maskSeconds(config: Config, { maskChanges }: RunTotals, { parameters }: Cost): number {
  const { masked, changeSeconds } = LAYOUTS[config.layout];
  return masked ? maskChanges * parameters.matrices * changeSeconds : 0;
}

/** One evaluation of all tasks: their test images, forward alone, as if it were a third of so many training rows. */
function evaluationEffort(config: Config, { executed, steps }: Cost, { step }: DryRun): Effort {
  const { rows } = planBatch(STRATEGIES[config.strategy], config).layout;
  const images = config.tasks * config.classesPerTask * config.testPerClass;
  const forward = executed.lines.find(({ name }) => name === 'forward')?.flops ?? 0;
  const inRows = images / rows;
  return {
    flops: (inRows * forward) / steps,
    bytesMoved: (inRows * step.bytesMoved) / 3,
    dispatches: (Math.ceil(inRows) * step.dispatches) / 3,
  };
}

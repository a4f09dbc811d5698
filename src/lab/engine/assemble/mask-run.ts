/** The mask of a run with what it has cost: how it begins, and how it changes. A dense network has no mask. */
import type { PlanRuns } from '../../../continual/step/plan-runs.ts';
import type { StepScalars, Trainer } from '../../../continual/step/trainer.ts';
import type { TrainingTask } from '../../../continual/stream/stream.ts';
import type { Gpu } from '../../../gpu/device.ts';
import type { Network } from '../../../nn/compile/graph.ts';
import type { ParameterStore } from '../../../nn/tensor/parameter-store.ts';
import type { Budget } from '../../../sparse/budget.ts';
import type { Dynamic } from '../../../sparse/dynamics/dynamic.ts';
import { DYNAMICS } from '../../../sparse/dynamics/registry.ts';
import type { ScheduledChange } from '../../../sparse/dynamics/schedule.ts';
import type { Gradients } from '../../../sparse/mask/gradients.ts';
import { MaskKeeper } from '../../../sparse/mask/mask-keeper.ts';
import type { MaskEvent, MaskOwner } from '../../../sparse/mask/mask-owner.ts';
import type { MaskUnits } from '../../../sparse/mask/mask-units.ts';
import type { Config } from '../../config/config.ts';

/** A batch of a task with the scalars of its step. */
export interface StepBatch {
  readonly task: TrainingTask;
  /** Indices into the task's images. */
  readonly indices: Uint32Array;
  readonly scalars: StepScalars;
}

export class MaskRun {
  /** What was run to find the first mask, for the ledger. */
  readonly work: PlanRuns[] = [];

  private constructor(readonly keeper: MaskOwner) {}

  /** Of the units that there are in a store that has been initialised. */
  static create(
    { gpu, config }: { readonly gpu: Gpu; readonly config: Config },
    network: Network,
    store: ParameterStore,
    units: readonly MaskUnits[],
    budget: Budget,
  ): MaskRun {
    const dynamic: Dynamic = DYNAMICS[config.dynamic];
    const { seed } = config;
    const options = { gpu, network, store, units, dynamic, options: config, budget, seed };
    const keeper = new MaskKeeper(options);
    // A mask that takes gradients to find is found when there are images: `begin`.
    if (dynamic.initial !== 'saliency') keeper.begin();
    return new MaskRun(keeper);
  }

  /** Begins with the mask that gradients of the dense network give; `work` is what they took. */
  begin(gradients: Gradients, work: PlanRuns): void {
    this.work.push(work);
    this.keeper.begin(gradients);
  }

  /** Makes a change that is due, with the gradients that it needs taken on a batch. */
  async change(
    trainer: Trainer,
    due: ScheduledChange,
    { task, indices, scalars }: StepBatch,
  ): Promise<MaskEvent> {
    await trainer.idle();
    const event = await this.keeper.change(due, trainer.gradients(task, indices, scalars));
    trainer.masksChanged(new Map(event.layers.map(({ name, after }) => [name, after])));
    return event;
  }
}

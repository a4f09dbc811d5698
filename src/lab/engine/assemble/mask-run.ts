/**
 * The mask of a run, with what it has cost: how it begins, and the changes that are due before a step. A dense network
 * has no mask.
 */
import type { Gradients } from '../../../sparse/mask/gradients.ts';
import { MaskKeeper } from '../../../sparse/mask/mask-keeper.ts';
import type { MaskEvent, MaskOwner } from '../../../sparse/mask/mask-owner.ts';
import type { PlanRuns } from '../../../continual/step/plan-runs.ts';
import type { TrainingTask } from '../../../continual/stream/stream.ts';
import type { StepScalars, Trainer } from '../../../continual/step/trainer.ts';
import type { Network } from '../../../nn/compile/graph.ts';
import type { ParameterStore } from '../../../nn/tensor/parameter-store.ts';
import type { Dynamic, TaskPlace } from '../../../sparse/dynamics/dynamic.ts';
import type { Budget } from '../../../sparse/budget.ts';
import type { MaskUnits } from '../../../sparse/mask/mask-units.ts';
import { DYNAMICS } from '../../../sparse/dynamics/registry.ts';
import { ChangeSchedule } from '../../../sparse/dynamics/schedule.ts';
import type { Gpu } from '../../../gpu/device.ts';
import type { Config } from '../../config/config.ts';

/** A step that is about to be made. */
export interface DueStep {
  readonly place: TaskPlace;
  readonly task: TrainingTask;
  readonly indices: Uint32Array;
  readonly scalars: StepScalars;
  /** Which step of the task it is, of how many. */
  readonly inTask: number;
  readonly ofTask: number;
}

export class MaskRun {
  /** What was run to find the first mask, for the ledger. */
  readonly work: PlanRuns[] = [];
  /** Whether the first mask is found from gradients of the dense network on a first batch. */
  readonly waits: boolean;

  readonly #schedule: ChangeSchedule;

  private constructor(
    readonly keeper: MaskOwner,
    dynamic: Dynamic,
    config: Config,
  ) {
    this.#schedule = new ChangeSchedule(dynamic, config);
    this.waits = dynamic.initial === 'saliency';
    if (!this.waits) keeper.begin();
  }

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
    return new MaskRun(new MaskKeeper(options), dynamic, config);
  }

  /** Begins with the mask that `gradients` give, where it `waits` for them; `work` is what they took. */
  begin(gradients: Gradients, work: PlanRuns): void {
    this.work.push(work);
    this.keeper.begin(gradients);
  }

  /** Makes the change that is due before a step, or after the last one of a task; null where none is. */
  async beforeStep(trainer: Trainer, step: DueStep): Promise<MaskEvent | null> {
    const due = this.#schedule.next(step.place, step.inTask, step.ofTask);
    if (due?.step !== step.inTask) return null;
    await trainer.idle();
    const { task, indices, scalars } = step;
    const event = await this.keeper.change(due, trainer.gradients(task, indices, scalars));
    trainer.masksChanged(new Map(event.layers.map(({ name, after }) => [name, after])));
    return event;
  }
}

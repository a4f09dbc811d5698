/**
 * The mask of a run as a session meets it: what has to be known before the first step, and the changes that are
 * due before a step. A dense network has no mask.
 */
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
import { denseSaliency, type SaliencyOptions } from '../assemble/saliency.ts';

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
  readonly #waits: boolean;
  readonly #schedule: ChangeSchedule;

  private constructor(
    readonly keeper: MaskOwner,
    dynamic: Dynamic,
    config: Config,
  ) {
    this.#waits = dynamic.initial === 'saliency';
    this.#schedule = new ChangeSchedule(dynamic, config);
    if (!this.#waits) keeper.begin();
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

  /** Finds the first mask where that takes a batch: once the first task's images can be had. */
  async begin(options: SaliencyOptions): Promise<void> {
    if (!this.#waits) return;
    const { gradients, work } = await denseSaliency(options);
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

/**
 * Several plans of one step, over the same parameters, records, scalars and activations: they never run inside one
 * another, so that all of them together take the memory of the largest. What they have in common with each other they
 * compile once.
 */
import type { Gpu } from '../../gpu/device.ts';
import type { Plan } from '../../gpu/plan.ts';
import { Submitter } from '../../gpu/submitter.ts';
import type { ActivationPool } from '../../nn/compile/activation-pool.ts';
import type { Emitter } from '../../nn/compile/emitter.ts';
import type { PlanRuns } from './plan-runs.ts';

/** One way to list the step. */
export interface StepList {
  /** For labels. */
  readonly key: string;
  readonly emit: Emitter;
}

interface StepPlan {
  readonly plan: Plan;
  readonly submitter: Submitter;
}

export class StepPlans {
  readonly #plans: readonly StepPlan[];

  private constructor(plans: readonly StepPlan[]) {
    this.#plans = plans;
  }

  /**
   * Gives the lists their buffers, in order of what they need: a later one then fits into what an earlier one has left.
   * Throws `MemoryError`, `ShaderError`.
   */
  static async create(
    gpu: Gpu,
    pool: ActivationPool,
    lists: readonly StepList[],
    onProgress?: (done: number, of: number) => void,
  ): Promise<StepPlans> {
    const made = new Map<StepList, StepPlan>();
    const largestFirst = [...lists].sort((a, b) => b.emit.peakBytes - a.emit.peakBytes);
    for (const list of largestFirst) {
      // Few kernels are left to be compiled after the first one.
      const progress = made.size === 0 ? { onProgress } : {};
      const { plan } = await list.emit.finish(gpu, list.key, pool, progress);
      made.set(list, { plan, submitter: new Submitter(gpu, plan) });
    }
    return new StepPlans(lists.map((list) => made.get(list)!));
  }

  /** What runs the plan of list `i`. */
  at(i: number): Submitter {
    return this.#of(i).submitter;
  }

  plan(i: number): Plan {
    return this.#of(i).plan;
  }

  /** What has run, list by list; all of it are training steps. */
  get work(): PlanRuns[] {
    return this.#plans.map(({ plan, submitter }) => ({
      entries: plan.entries,
      runs: submitter.runs,
      published: true,
    }));
  }

  /** Has all plans timed anew, but for the one of list `i`. */
  remeasureAllBut(i: number): void {
    this.#plans.forEach(({ submitter }, other) => {
      if (other !== i) submitter.remeasure();
    });
  }

  /** Resolves when everything queued so far is done. */
  async idle(): Promise<void> {
    for (const { submitter } of this.#plans) await submitter.idle();
  }

  #of(i: number): StepPlan {
    const found = this.#plans[i];
    if (!found)
      throw new RangeError(`there are ${this.#plans.length} plans of the step, none ${i}`);
    return found;
  }
}

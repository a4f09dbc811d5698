/**
 * Dynamic gradient masking, DGM (SparCL, Wang et al., NeurIPS 2022): of the live weights only those move whose
 * gradients matter most, and which these are is settled anew every so many steps. Two lists of the same step do
 * it. One, for a refresh, computes the gradients of all live weights, chooses among them and makes its update by
 * the choice. The other computes the chosen gradients alone where the layout can leave work out (blocks), and
 * leaves the others unused where it cannot (patterns, single entries). Layers that are not sparse, and norms and
 * biases, have all their gradients in both.
 */
import type { Submitter } from '../../gpu/submitter.ts';
import type { ActivationPool } from '../../nn/compile/activation-pool.ts';
import { GradientSlots } from '../../sparse/select/gradient-slots.ts';
import { anyApart } from '../batch/draw.ts';
import type { PlanRuns } from './plan-runs.ts';
import type { Reservoir } from '../buffer/reservoir.ts';
import { ScoreStep, type ScoreScalars } from './score-step.ts';
import { StepPlans } from './step-plans.ts';
import type { GradientHooks } from '../strategies/strategy.ts';
import type { TrainingTask } from '../stream/stream.ts';
import {
  listTrainingStep,
  type StepBuffers,
  type TrainingStep,
  type TrainingStepOptions,
} from './training-step.ts';

export interface GradientMaskOptions {
  /** Share q of all weights of a layer whose gradients are left out, dead ones included. */
  readonly sparsity: number;
  /** Steps from one choice to the next. */
  readonly refresh: number;
  /**
   * `importance`: α·|∇L̃(current)| + β·|∇L(buffer)| (the paper's), of a score step on the images of the refresh;
   * `last-gradient`: |g| of the refresh's own total gradient (the release's).
   */
  readonly score: 'importance' | 'last-gradient';
  readonly alpha: number;
  readonly beta: number;
}

/** What is needed to list a step. */
export interface GradientMaskContext {
  readonly step: TrainingStepOptions & {
    readonly pool: ActivationPool;
    readonly seed: number;
    readonly onProgress?: (done: number, of: number) => void;
  };
  readonly buffers: StepBuffers;
  readonly hooks: GradientHooks;
  readonly reservoir: Reservoir | null;
}

/** The two lists of the step. */
const REFRESH = 0;
const REUSE = 1;

export class GradientMask {
  /** Of `plans`, the step between two refreshes. */
  readonly usual = REUSE;
  readonly #score: ScoreStep | null;
  readonly #every: number;
  /** Steps until the next choice. */
  #left = 0;

  private constructor(
    { refresh: every }: GradientMaskOptions,
    /** The records and scalars that both lists share. */
    readonly step: TrainingStep,
    /** The units of the layers, and which of them are chosen. */
    readonly slots: GradientSlots,
    readonly plans: StepPlans,
    score: ScoreStep | null,
  ) {
    this.#score = score;
    this.#every = every;
  }

  /**
   * Lists both steps and what is needed to choose. Throws `MemoryError`, `ShaderError`, and `RangeError` where no
   * gradients can be chosen: without sparse weights that have units, or beside a strategy with its own update.
   */
  static async create(
    context: GradientMaskContext,
    options: GradientMaskOptions,
  ): Promise<GradientMask> {
    const { step, buffers, hooks, reservoir } = context;
    const { gpu, store, pool, strategy, strategyOptions, onProgress } = step;
    requireOptions(options);
    if (hooks.emitUpdate) {
      throw new RangeError(
        `${strategy.name} brings its own update, which a gradient mask is not for`,
      );
    }
    const slots = new GradientSlots(gpu, store, options.sparsity);
    const refresh = listTrainingStep(step, buffers, hooks, {
      scope: slots.meeting,
      emitBeforeUpdate: (emit) => {
        if (options.score === 'last-gradient') slots.emitScores(emit, 1, false);
        slots.emitChoice(emit);
        slots.emitMask(emit);
        return slots.moves;
      },
    });
    // Where every chosen gradient is written alone, the others have been 0 since the refresh; not so where a
    // layout computes them all, or where a strategy puts something in the gradients' place or adds to them.
    const apart = anyApart(refresh.batch.draws);
    const reuse = listTrainingStep(step, buffers, hooks, {
      beside: refresh,
      scope: slots.chosen,
      emitAfterBackward: (emit) => {
        if (slots.leavesWork || apart) slots.emitMask(emit);
      },
      emitBeforeUpdate: (emit) => {
        if (hooks.emitBeforeUpdate) slots.emitMask(emit);
        return slots.moves;
      },
    });
    const lists = [
      { key: 'refresh', emit: refresh.emit },
      { key: 'training', emit: reuse.emit },
    ];
    const plans = await StepPlans.create(gpu, pool, lists, onProgress);
    const score =
      options.score === 'last-gradient'
        ? null
        : await ScoreStep.create({
            ...step,
            images: buffers.images,
            replay: reservoir && buffers.replay,
            reservoir,
            batch: strategyOptions.batch,
            replayBatch: strategyOptions.replayBatch,
            ...(hooks.norms && { norms: hooks.norms }),
            emitAfterBackward: (emit, group) => {
              if (group === 'current') slots.emitScores(emit, options.alpha, false);
              else slots.emitScores(emit, options.beta, true);
            },
          });
    return new GradientMask(options, refresh, slots, plans, score);
  }

  /** What has run, for a ledger. */
  get work(): PlanRuns[] {
    const [refresh, reuse] = this.plans.work;
    return [reuse!, refresh!, ...(this.#score?.work ?? [])];
  }

  /** The next step chooses anew: what was chosen need not live any more. */
  forget(): void {
    this.#left = 0;
  }

  /** Has everything but the step between refreshes timed anew. */
  remeasure(): void {
    this.plans.remeasureAllBut(REUSE);
    this.#score?.remeasure();
  }

  /**
   * The list by which the next step goes, on the images `indices` of `task`; where it is to choose, scores are
   * queued. To be called before the step's batch is drawn: a score is of the replay buffer as the GPU has it.
   */
  async next(task: TrainingTask, indices: Uint32Array, scalars: ScoreScalars): Promise<Submitter> {
    if (this.#left > 0) {
      this.#left--;
      return this.plans.at(REUSE);
    }
    this.#left = this.#every - 1;
    await this.#score?.run(task, indices, scalars);
    return this.plans.at(REFRESH);
  }
}

function requireOptions({ sparsity, refresh, alpha, beta }: GradientMaskOptions): void {
  if (!(sparsity >= 0 && sparsity < 1)) {
    throw new RangeError(`a gradient sparsity lies in [0, 1), not at ${sparsity}`);
  }
  if (!Number.isInteger(refresh) || refresh < 1) {
    throw new RangeError(`gradients are chosen every 1, 2, … steps, not every ${refresh}`);
  }
  if (!(alpha >= 0 && beta >= 0)) throw new RangeError(`weights of scores: ${alpha}, ${beta}`);
}

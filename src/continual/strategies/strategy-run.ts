/**
 * A strategy at work in one run: its hooks and, where the config asks for them, averaged weights, as one. Callers need
 * not know which hooks a strategy has; what it does not bring does nothing.
 */
import type { NearestMean } from '../evaluation/nearest-mean.ts';
import type { TrainingTask } from '../stream/stream.ts';
import type { AveragedWeights } from './parts/averaged-weights.ts';
import type {
  ExtraWork,
  GradientHooks,
  Strategy,
  StrategyContext,
  StrategyHooks,
  TaughtTask,
} from './strategy.ts';

export class StrategyRun {
  /** Into the listing of a training step. */
  readonly gradients: GradientHooks;
  readonly #hooks: StrategyHooks;
  readonly #averaged: AveragedWeights | null;

  constructor(hooks: StrategyHooks = {}, averaged: AveragedWeights | null = null) {
    this.#hooks = hooks;
    this.#averaged = averaged;
    this.gradients = averaged
      ? {
          ...hooks.gradients,
          emitAfterUpdate: (emit) => {
            hooks.gradients?.emitAfterUpdate?.(emit);
            averaged.emitAfterUpdate(emit);
          },
        }
      : (hooks.gradients ?? {});
  }

  /** Throws `MemoryError`, `ShaderError`, and what the strategy throws where it cannot be. */
  static async create(strategy: Strategy, context: StrategyContext): Promise<StrategyRun> {
    const hooks = await strategy.hooks?.(context);
    if (context.options.emaDecay === 0) return new StrategyRun(hooks);
    const { averagedWeights } = await import('./parts/averaged-weights.ts');
    return new StrategyRun(hooks, await averagedWeights(context));
  }

  /** Before a task whose images are on the GPU. A schedule point: it may wait. Returns what is trained on. */
  async beginTask(task: TrainingTask, firstStep: number): Promise<TaughtTask> {
    const taught = await this.#hooks.tasks?.beginTask?.(task, firstStep);
    this.#averaged?.beginTask(firstStep, taught?.restarts ?? false);
    return taught ?? { task, joined: 0, restarts: false };
  }

  /** At one of the strategy's `points` of a task. A schedule point: it may wait. */
  async atPoint(task: TrainingTask, point: number): Promise<void> {
    await this.#hooks.tasks?.atPoint?.(task, point);
  }

  /** After the task's last step, before it is evaluated. A schedule point: it may wait. */
  async endTask(task: TrainingTask): Promise<void> {
    await this.#hooks.tasks?.endTask?.(task);
  }

  /** Around an evaluation, and before each task in it: other weights may be evaluated than those that are trained. */
  beginEvaluation(): void {
    this.#averaged?.exchange();
    this.#hooks.evaluation?.begin?.();
  }

  showTask(index: number): void {
    this.#hooks.evaluation?.showTask?.(index);
  }

  endEvaluation(): void {
    this.#hooks.evaluation?.end?.();
    this.#averaged?.exchange();
  }

  /** What evaluations classify by besides the head; null for most strategies. */
  get nearestMean(): NearestMean | null {
    return this.#hooks.evaluation?.nearestMean ?? null;
  }

  /** What has run so far besides steps, for a ledger. */
  get extraWork(): readonly ExtraWork[] {
    return this.#hooks.extraWork?.() ?? [];
  }
}

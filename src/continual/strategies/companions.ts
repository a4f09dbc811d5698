/**
 * What a run does besides choosing rows: the strategy's companion and, where the config asks for them, averaged
 * weights, as one.
 */
import type { Companion, Strategy, StrategyContext } from './strategy.ts';

/** Throws `MemoryError`, `ShaderError`, and what the strategy throws where it cannot be. */
export async function createCompanion(
  strategy: Strategy,
  context: StrategyContext,
): Promise<Companion> {
  const own = (await strategy.companion?.(context)) ?? {};
  if (context.options.emaDecay === 0) return own;
  const { averagedWeights } = await import('./parts/averaged-weights.ts');
  const averaged = await averagedWeights(context, strategy.fresh ?? false);
  return {
    ...own,
    emitAfterUpdate: (emit) => {
      own.emitAfterUpdate?.(emit);
      averaged.emitAfterUpdate(emit);
    },
    beginTask: async (task, firstStep) => {
      await own.beginTask?.(task, firstStep);
      averaged.beginTask(firstStep);
    },
    beginEvaluation: () => {
      averaged.exchange();
      own.beginEvaluation?.();
    },
    endEvaluation: () => {
      own.endEvaluation?.();
      averaged.exchange();
    },
  };
}

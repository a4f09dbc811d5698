/**
 * What trainer and evaluator are made with, as a config says: one place, so that what is counted before a run is what
 * the run then does.
 */
import type { TrainerOptions } from '../../continual/step/trainer.ts';
import type { OptimizerKind } from '../../nn/tensor/parameter-store.ts';
import type { Dynamic } from '../../sparse/dynamics/dynamic.ts';
import { DYNAMICS } from '../../sparse/dynamics/registry.ts';
import type { Config } from './config.ts';

/** Rows of an evaluation batch, or the current ones of training where these are more. */
const EVALUATION_ROWS = 64;

type Chosen =
  | 'strategyOptions'
  | 'activations'
  | 'recompute'
  | 'sequenced'
  | 'tally'
  | 'gradientMask'
  | 'gradientPasses'
  | 'seed';

export function trainerChoices(config: Config): Pick<TrainerOptions, Chosen> {
  const { drop, growth }: Dynamic = DYNAMICS[config.dynamic];
  return {
    strategyOptions: config,
    activations: config.activations,
    recompute: config.recompute,
    sequenced: config.sequenced,
    tally: config.removal > 0,
    ...(config.gradientSparsity > 0 && {
      gradientMask: {
        sparsity: config.gradientSparsity,
        refresh: config.gradientRefresh,
        score: config.gradientScore,
        alpha: config.importanceAlpha,
        beta: config.importanceBeta,
      },
    }),
    gradientPasses: [
      ...(drop === 'importance' ? (['separate'] as const) : []),
      ...(growth === 'dense-gradient' ? (['dense'] as const) : []),
    ],
    seed: config.seed,
  };
}

/** Where memory is to be saved, no more than a step's current rows, so that evaluation fits where training did. */
export function evaluationRows({ batch, activations, recompute, sequenced }: Config): number {
  const rows = Math.ceil(batch / 4) * 4;
  const lean = activations === 'f16' || recompute || sequenced;
  return lean ? rows : Math.max(EVALUATION_ROWS, rows);
}

export function optimizerOf({ optimizer, momentum }: Config): OptimizerKind {
  if (optimizer === 'adam') return 'adam';
  return momentum > 0 ? 'sgd-momentum' : 'sgd';
}

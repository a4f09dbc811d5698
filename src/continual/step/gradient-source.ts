/**
 * The gradients that a change of mask may ask for before a step. The passes that compute them are compiled with the
 * trainer and run when a change is due.
 */
import type { Network } from '../../nn/compile/graph.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import type { DenseGradients } from './dense-gradients.ts';
import type { GradientSource } from '../../sparse/mask/gradients.ts';
import type { ScoreScalars, ScoreStep } from './score-step.ts';
import type { TrainingTask } from '../stream/stream.ts';

/** Gradients that need passes of their own; which of them a run will ask for must be said when the trainer is made. */
export type GradientPasses = 'separate' | 'dense';

export interface GradientSourceOptions {
  readonly network: Network;
  readonly store: ParameterStore;
  /** Null if it was not prepared; so is `dense`. */
  readonly score: ScoreStep | null;
  readonly dense: DenseGradients | null;
  /** Queues the records and scalars of the step to come, and changes nothing by it. */
  readonly queueStep: () => void;
  readonly task: TrainingTask;
  readonly indices: Uint32Array;
  readonly scalars: ScoreScalars;
}

/**
 * Gradients before the step on the images `indices` of `task`. `separate` and `dense` leave gradients of their own
 * where the last step's are, so `last` comes before them; it throws an `Error` afterwards, and they throw one where
 * they have not been prepared.
 */
export function gradientSource(options: GradientSourceOptions): GradientSource {
  const { network, store, score, dense, queueStep, task, indices, scalars } = options;
  let overwritten = false;
  return {
    separate: async () => {
      if (!score) throw new Error('separate gradients were not prepared');
      overwritten = true;
      return score.read(task, indices, scalars);
    },
    last: async () => {
      if (overwritten) throw new Error("the last step's gradients are overwritten by now");
      const { readGradients } = await import('./gradient-pass.ts');
      return readGradients(network, store);
    },
    dense: async () => {
      if (!dense) throw new Error('dense gradients were not prepared');
      overwritten = true;
      queueStep();
      return dense.read();
    },
  };
}

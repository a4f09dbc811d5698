/**
 * What the accuracy matrix says at any moment of a run, in a few numbers: the report's own measures
 * (`src/continual/evaluation/metrics.ts`) of the rows there are so far, as if the stream ended with them.
 */
import {
  anytimeAccuracy,
  backwardTransfer,
  finalAccuracy,
  forgetting,
} from '../../continual/evaluation/metrics.ts';
import type { Scenario } from './moment.ts';

export interface MatrixSummary {
  /** Mean accuracy on the tasks seen so far. */
  readonly accuracy: number | null;
  /** That mean, averaged over the moments at which a task ended. */
  readonly average: number | null;
  /** Mean over earlier tasks of (best accuracy so far − accuracy now); null until there is one. */
  readonly forgetting: number | null;
  /** Mean over earlier tasks of (accuracy now − accuracy when it was learnt); null until there is one. */
  readonly backwardTransfer: number | null;
}

/**
 * Of R[i][j], rows after each finished task, accuracies in [0, 1]. A task counts from its own
 * training on. `joint` training has one row and has seen every task.
 */
export function summarise(matrix: readonly (readonly number[])[], joint: boolean): MatrixSummary {
  if (matrix.length === 0) {
    return { accuracy: null, average: null, forgetting: null, backwardTransfer: null };
  }
  const seen = joint ? matrix.slice(0, 1) : matrix.map((row, i) => row.slice(0, i + 1));
  return {
    accuracy: finalAccuracy(seen),
    average: anytimeAccuracy(seen),
    forgetting: forgetting(seen),
    backwardTransfer: backwardTransfer(seen),
  };
}

/** Accuracy of a guess: 1 / classes to choose from, averaged over tasks that may differ in size. */
export function chanceLevel(
  tasks: readonly { readonly classes: readonly string[] }[],
  scenario: Scenario,
): number | null {
  const sizes = tasks.map((task) => task.classes.length);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (all === 0) return null;
  return scenario === 'classIncremental'
    ? 1 / all
    : sizes.reduce((sum, size) => sum + 1 / size, 0) / sizes.length;
}

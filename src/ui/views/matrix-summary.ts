/**
 * What the accuracy matrix says so far, in two numbers, while a run is still going; the report's own
 * metrics take over at its end. Definitions as in the report, applied to the rows there are.
 */

export interface MatrixSummary {
  /** Mean accuracy on the tasks seen so far. */
  readonly accuracy: number | null;
  /** Mean over earlier tasks of (best accuracy so far − accuracy now); null until there is one. */
  readonly forgetting: number | null;
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Of R[i][j], rows after each finished task, accuracies in [0, 1]. A task counts from its own
 * training on. `joint` training has one row and has seen every task.
 */
export function summarise(matrix: readonly (readonly number[])[], joint: boolean): MatrixSummary {
  const now = matrix.at(-1) ?? [];
  if (joint) return { accuracy: mean(now), forgetting: null };
  const drops = now
    .slice(0, Math.max(0, matrix.length - 1))
    .map((value, j) => Math.max(...matrix.slice(j).map((row) => row[j] ?? 0)) - value);
  return { accuracy: mean(now.slice(0, matrix.length)), forgetting: mean(drops) };
}

/** Accuracy of a guess: 1 / classes to choose from, averaged over tasks that may differ in size. */
export function chanceLevel(
  tasks: readonly { readonly classes: readonly string[] }[],
  scenario: 'classIncremental' | 'taskIncremental',
): number | null {
  const sizes = tasks.map((task) => task.classes.length);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (all === 0) return null;
  return scenario === 'classIncremental' ? 1 / all : mean(sizes.map((size) => 1 / size));
}

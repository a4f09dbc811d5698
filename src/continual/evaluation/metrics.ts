/**
 * What a run has kept and lost, as pure functions over one matrix R: R[i][j] is the accuracy on task j
 * after training task i, as a fraction. The definitions are mammoth's (aimagelab/mammoth,
 * `utils/metrics.py`); backward and forward transfer are those of Lopez-Paz and Ranzato, *Gradient
 * Episodic Memory for Continual Learning*, NeurIPS 2017. A measure that has nothing to compare (a single
 * task, or joint training, whose R is one row over all tasks) is null.
 */

/** Rows of accuracies in [0, 1]: one a training task, one entry a task. */
export type AccuracyMatrix = readonly (readonly number[])[];

export interface ContinualMetrics {
  readonly finalAccuracy: number;
  readonly anytimeAccuracy: number;
  readonly forgetting: number | null;
  readonly backwardTransfer: number | null;
  readonly forwardTransfer: number | null;
}

/**
 * All measures of a finished run. `matrix` is T × T, or 1 × T for joint training; `untrained` holds the
 * T accuracies before any training. Forgetting looks at a task from its own training on: what a network
 * guesses of a task it has not met (half of two classes) is nothing it could forget.
 * Throws `RangeError` on any other shape.
 */
export function continualMetrics(
  matrix: AccuracyMatrix,
  untrained: readonly number[],
): ContinualMetrics {
  const tasks = untrained.length;
  const rowsFit = matrix.length === tasks || matrix.length === 1;
  if (tasks === 0 || !rowsFit || matrix.some((row) => row.length !== tasks)) {
    throw new RangeError(
      `accuracies of ${String(tasks)} tasks need as many rows, or one, of that length; ` +
        `there are rows of [${matrix.map((row) => row.length).join(', ')}]`,
    );
  }
  return {
    finalAccuracy: finalAccuracy(matrix),
    anytimeAccuracy: anytimeAccuracy(matrix),
    forgetting: forgetting(seenTasks(matrix)),
    backwardTransfer: backwardTransfer(matrix),
    forwardTransfer: forwardTransfer(matrix, untrained),
  };
}

/** mean_j R[T−1][j]. */
export function finalAccuracy(matrix: AccuracyMatrix): number {
  return mean(matrix.at(-1)!);
}

/**
 * Mean over i of the mean accuracy on tasks 0 … i after task i: the average incremental accuracy of
 * Rebuffi et al., *iCaRL*, CVPR 2017. A single row is joint training, which has seen every task.
 */
export function anytimeAccuracy(matrix: AccuracyMatrix): number {
  if (matrix.length === 1) return finalAccuracy(matrix);
  return mean(matrix.map((row, i) => mean(row.slice(0, i + 1))));
}

/**
 * mean_{i<T−1} (max_k R[k][i] − R[T−1][i]), the last row taking part in the maximum, so never negative.
 * Rows may be shorter than the last: an accuracy that was not measured counts as 0. That is mammoth's
 * function to the letter. What it is given differs: mammoth's rows end with the tasks seen, or one task
 * later where it also logs forward transfer, and then that first guess enters the maximum too.
 */
export function forgetting(rows: AccuracyMatrix): number | null {
  return meanOver(0, rows.length - 1, (i) => {
    const best = Math.max(...rows.map((row) => row[i] ?? 0));
    return best - rows.at(-1)![i]!;
  });
}

/** mean_{i<T−1} (R[T−1][i] − R[i][i]). */
export function backwardTransfer(matrix: AccuracyMatrix): number | null {
  return meanOver(0, matrix.length - 1, (i) => matrix.at(-1)![i]! - matrix[i]![i]!);
}

/** mean_{i≥1} (R[i−1][i] − untrained[i]): what earlier tasks teach about the next one. */
export function forwardTransfer(
  matrix: AccuracyMatrix,
  untrained: readonly number[],
): number | null {
  return meanOver(1, matrix.length, (i) => matrix[i - 1]![i]! - untrained[i]!);
}

/** Row i cut to the tasks trained until then. */
function seenTasks(matrix: AccuracyMatrix): AccuracyMatrix {
  return matrix.map((row, i) => row.slice(0, i + 1));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean of `value(i)` for from ≤ i < to; null where there is no such i. */
function meanOver(from: number, to: number, value: (i: number) => number): number | null {
  if (to <= from) return null;
  return mean(Array.from({ length: to - from }, (_, k) => value(from + k)));
}

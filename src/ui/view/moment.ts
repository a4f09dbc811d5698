/** What a recording says of one moment: the reading that several views share. */
import { countAt, type Recording } from '../../lab/recording/recording.ts';
import { rateAt } from '../../nn/compile/optimizer.ts';

/** Among which classes a prediction may be: all of the stream's, or those of the image's own task. */
export type Scenario = 'classIncremental' | 'taskIncremental';

/** Whose prediction is scored: that of the strategy or, where the strategy does not classify by it, that of the head. */
export type Readout = 'strategy' | 'head';

export interface MatrixAt {
  /** Accuracy on every task before any training; null before it was tested. */
  readonly untrained: readonly number[] | null;
  /** R[i][j] of the tasks that had been finished when `at` steps were done. */
  readonly rows: readonly (readonly number[])[];
  /** Steps that were done when each of `rows` was measured. */
  readonly testedAt: readonly number[];
}

export const NO_MATRIX: MatrixAt = { untrained: null, rows: [], testedAt: [] };

/** The accuracy matrix as it stood when `at` steps were done; a row without the readout asked for is left out. */
export function matrixAt(
  { accuracy }: Recording,
  at: number,
  scenario: Scenario,
  readout: Readout = 'strategy',
): MatrixAt {
  const known = accuracy.slice(0, countAt(accuracy, at)).flatMap((row) => {
    const values = (readout === 'head' ? row.head : row)?.[scenario];
    return values ? [{ after: row.after, at: row.at, values }] : [];
  });
  const rows = known.filter(({ after }) => after >= 0);
  return {
    untrained: known.find(({ after }) => after < 0)?.values ?? null,
    rows: rows.map(({ values }) => values),
    testedAt: rows.map((row) => row.at),
  };
}

/** Whether the strategy classifies by something else than the head, so that both were measured. */
export function hasHeadReadout({ accuracy }: Recording): boolean {
  return accuracy.some(({ head }) => head !== undefined);
}

/** Whether the loss was no number any more when `at` steps were done, and has not been one since. */
export function divergedBy({ loss }: Recording, at: number): boolean {
  const last = loss.at(-1);
  const then = loss[Math.min(at, loss.length) - 1];
  return (
    last !== undefined && then !== undefined && !Number.isFinite(last) && !Number.isFinite(then)
  );
}

/** Ends of the tasks that had been finished when `at` steps were done. */
export function taskEndsAt({ plan }: Recording, at: number): readonly number[] {
  return (plan?.taskEnds ?? []).filter((end) => end <= at);
}

/** Index of the task of step `at` (the step about to be made), the last one after the end. */
export function taskAt({ plan }: Recording, at: number): number {
  const ends = plan?.taskEnds ?? [];
  const task = ends.findIndex((end) => at < end);
  return task < 0 ? Math.max(0, ends.length - 1) : task;
}

/**
 * Learning rate of the step about to be made when `at` are done, as the config's schedule has it over that step's
 * task; after the end, that of the last step. Null without a plan.
 */
export function rateOfStep(recording: Recording, at: number): number | null {
  const { config, plan } = recording;
  if (plan === null || plan.steps === 0) return null;
  const step = Math.min(at, plan.steps - 1);
  const task = taskAt(recording, step);
  const from = plan.taskEnds[task - 1] ?? 0;
  const to = plan.taskEnds[task] ?? plan.steps;
  return rateAt(config.rateSchedule, config.rate, step - from, to - from);
}

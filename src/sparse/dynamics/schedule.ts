/**
 * When a mask changes: the times that most dynamics share, and the steps of a task that its changes come
 * before. Pure, so that a run can be planned and costed without being run.
 */
import type { Dynamic, DynamicOptions, MaskChange, TaskPlace } from './dynamic.ts';

/** Rounding errors of times must not put a change off. */
const SLACK = 1e-9;

/** Share of the weights that live while the mask rests. */
export const restDensity = ({ sparsity }: DynamicOptions): number => 1 - sparsity;

/** first·δ, (first + 1)·δ, …: the times of a task before its mask rests, as shares of the task. */
export function updateTimes({ maskInterval, maskEnd }: DynamicOptions, first: 0 | 1): number[] {
  const times: number[] = [];
  for (let k = first; isBelow(k * maskInterval, maskEnd); k++) times.push(k * maskInterval);
  return times;
}

/** Whether a share lies below another, rounding errors apart. */
export const isBelow = (share: number, other: number): boolean => share < other - SLACK;

/** A change and the step that it comes before. */
export interface ScheduledChange extends MaskChange {
  readonly task: TaskPlace;
  /** 0 is before the first step of the task, the number of its steps after the last. */
  readonly step: number;
  /** Which of the task's changes it is: what its random draws are keyed by. */
  readonly index: number;
}

/**
 * The changes of a task of `steps` steps, each before the first step that is not earlier. Of several that
 * come before the same step, as in runs shorter than the schedule is fine, the last is made alone: changes are
 * targets, so no other would be left.
 */
export function scheduleOf(
  dynamic: Dynamic,
  options: DynamicOptions,
  task: TaskPlace,
  steps: number,
): ScheduledChange[] {
  const bySteps = new Map<number, ScheduledChange>();
  dynamic.changes(options, task).forEach((change, index) => {
    const step = Math.max(0, Math.ceil((change.at - SLACK) * steps));
    bySteps.set(step, { ...change, task, step, index });
  });
  return [...bySteps.values()];
}

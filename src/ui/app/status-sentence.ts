/**
 * The state of a run in a few words. It is announced to screen readers, so it changes with the state
 * and the task and not with every step.
 */
import { trainsJointly } from '../../lab/config/joint.ts';
import type { LabState } from './run-state.ts';

/** "task 2 of 5"; joint training has no tasks to go through. Empty while there is no plan. */
function place({ recording, progress }: LabState): string {
  const { plan, config } = recording ?? {};
  if (!plan || plan.tasks.length === 0) return '';
  if (config && trainsJointly(config)) return 'all tasks at once';
  const task = Math.min(progress?.task ?? 0, plan.tasks.length - 1);
  return `task ${task + 1} of ${plan.tasks.length}`;
}

export function statusSentence(lab: LabState): string {
  const where = place(lab);
  switch (lab.run) {
    case 'idle':
      return lab.failure === null ? 'Ready' : 'Nothing to run on';
    case 'preparing':
      return lab.preparing === null ? 'Preparing' : `Preparing: ${lab.preparing.what}`;
    case 'training':
      return where === '' ? 'Training' : `Training on ${where}`;
    case 'evaluating':
      return 'Measuring accuracy';
    case 'paused':
      return where === '' ? 'Paused' : `Paused, ${where}`;
    case 'finished':
      return 'Finished';
    case 'stopped':
      return 'Stopped';
    case 'failed':
      return 'Failed';
  }
}

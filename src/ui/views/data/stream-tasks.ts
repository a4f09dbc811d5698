/** The stream as a run goes through it: which of its tasks are behind, which is being learned, which are to come. */
import type { Plan, Recording } from '../../../lab/recording/recording.ts';

export interface TaskMoment {
  readonly index: number;
  readonly name: string;
  readonly classes: readonly string[];
  /** Steps that are done when it begins and when it ends. */
  readonly from: number;
  readonly to: number;
  readonly state: 'done' | 'now' | 'later';
}

/** Whether every task is trained on at once, as joint training does. */
export function allAtOnce({ tasks, taskEnds }: Plan): boolean {
  return taskEnds.length < tasks.length;
}

/** Every task of the stream when `at` steps were done. */
export function tasksAt(plan: Plan, at: number): readonly TaskMoment[] {
  const joint = allAtOnce(plan);
  return plan.tasks.map(({ name, classes }, index) => {
    const place = joint ? 0 : index;
    const from = plan.taskEnds[place - 1] ?? 0;
    const to = plan.taskEnds[place] ?? plan.steps;
    return {
      index,
      name,
      classes,
      from,
      to,
      state: at >= to ? 'done' : at >= from ? 'now' : 'later',
    };
  });
}

/** Names of the classes that training task `task` has, in the order in which its images lie. */
export function classesOf(plan: Plan, task: number): readonly string[] {
  if (allAtOnce(plan)) return plan.tasks.flatMap(({ classes }) => classes);
  return plan.tasks[task]?.classes ?? [];
}

/** The class that output `head` stands for in task `task`; in any task where that is not said, or has no such output. */
export function className({ plan }: Recording, head: number, task: number | null): string {
  const tasks = plan?.tasks ?? [];
  const own = task === null ? undefined : tasks[task];
  const found = [...(own ? [own] : []), ...tasks].find(({ heads }) => heads.includes(head));
  return found?.classes[found.heads.indexOf(head)] ?? `output ${head + 1}`;
}

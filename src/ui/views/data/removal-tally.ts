/** What data removal has taken from the tasks by some moment, counted. */
import { countAt, type ImagesRemoved, type Recording } from '../../../lab/recording/recording.ts';
import { classesOf } from './stream-tasks.ts';

/** The removals that had happened when `at` steps were done, of one training task or of all. */
export function removalsAt(
  { removals }: Recording,
  at: number,
  task?: number,
): readonly ImagesRemoved[] {
  const known = removals.slice(0, countAt(removals, at));
  return task === undefined ? known : known.filter(({ removal }) => removal.task === task);
}

/** Images that training task `task` begins with; as configured where no removal has told. */
export function imagesOf({ removals, plan, config }: Recording, task: number): number {
  const first = removals.find(({ removal }) => removal.task === task)?.removal;
  if (first) return first.kept + first.removed.length;
  return (plan ? classesOf(plan, task).length : config.classesPerTask) * config.imagesPerClass;
}

export interface InUse {
  readonly step: number;
  /** Images that an epoch visits from this step on. */
  readonly images: number;
}

/** How many images training visits, by step, up to `at`: a new task brings all of its own, a removal leaves fewer. */
export function imagesInUse(recording: Recording, at: number): readonly InUse[] {
  const ends = recording.plan?.taskEnds ?? [];
  const points: InUse[] = [];
  for (const task of ends.keys()) {
    const start = task === 0 ? 0 : ends[task - 1]!;
    if (start > at) break;
    points.push({ step: start, images: imagesOf(recording, task) });
    for (const removed of removalsAt(recording, at, task)) {
      points.push({ step: removed.at, images: removed.removal.kept });
    }
  }
  return points;
}

export interface ClassCount {
  readonly name: string;
  readonly removed: number;
  readonly kept: number;
}

/**
 * By class, what is gone of a training task and what is left. Images lie class after class, so an index tells the
 * class where all classes have as many images as configured; null where they have not.
 */
export function countsByClass(
  recording: Recording,
  at: number,
  task: number,
): readonly ClassCount[] | null {
  const { plan, config } = recording;
  if (!plan) return null;
  const names = classesOf(plan, task);
  const each = config.imagesPerClass;
  if (imagesOf(recording, task) !== each * names.length) return null;
  const gone = names.map(() => 0);
  for (const { removal } of removalsAt(recording, at, task)) {
    for (const image of removal.removed) {
      const place = Math.floor(image / each);
      gone[place] = (gone[place] ?? 0) + 1;
    }
  }
  return names.map((name, i) => ({ name, removed: gone[i]!, kept: each - gone[i]! }));
}

/** Small pictures sorted into groups, by class or by the task they come from, with the share of each. */
import type { BufferContent, Recording } from '../../../lab/recording/recording.ts';
import type { Thumbnails } from '../../../lab/protocol.ts';
import { className } from './stream-tasks.ts';

export interface PictureGroup {
  readonly key: string;
  readonly name: string;
  /** The task it belongs to; null where a class is of several. */
  readonly task: number | null;
  /** Its share of all pictures. */
  readonly share: number;
  /** Which of the pictures are of it. */
  readonly pictures: readonly number[];
}

/** Whether every slot that is filled has its picture; else the pictures are a sample, spread over the slots. */
export function isWhole({ content: { images } }: BufferContent): boolean {
  return images.length === 0 || images.at(-1) === images.length - 1;
}

/** A buffer's pictures by the task that stored them, in the order of tasks; within one, class after class. */
export function bufferByTask({ tasks, content }: BufferContent): readonly PictureGroup[] {
  return [...indicesBy(tasks).entries()].map(([task, pictures]) => ({
    key: `task ${task}`,
    name: `Task ${task + 1}`,
    task,
    share: pictures.length / tasks.length,
    pictures: pictures.sort((a, b) => content.heads[a]! - content.heads[b]! || a - b),
  }));
}

/** A buffer's pictures by class, in the order of outputs. */
export function bufferByClass(
  recording: Recording,
  { tasks, content: { heads } }: BufferContent,
): readonly PictureGroup[] {
  return [...indicesBy(heads).entries()].map(([head, pictures]) => {
    const of = new Set(pictures.map((i) => tasks[i]!));
    const task = of.size === 1 ? [...of][0]! : null;
    return {
      key: `class ${head}`,
      name: className(recording, head, task),
      task,
      share: pictures.length / heads.length,
      pictures,
    };
  });
}

/** The pictures of each output, outputs ascending. */
export function picturesByOutput({ heads }: Thumbnails): ReadonlyMap<number, readonly number[]> {
  return indicesBy(heads);
}

const chosen = new WeakMap<readonly number[], readonly number[]>();

/**
 * At most `most` of a list, evenly spread, in their order. For the same list it gives the same object, since a sheet
 * draws itself anew for a new one.
 */
export function spread(list: readonly number[], most: number): readonly number[] {
  if (list.length <= most) return list;
  const known = chosen.get(list);
  if (known?.length === most) return known;
  const some = Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]!);
  chosen.set(list, some);
  return some;
}

/** Where each value stands, values ascending. */
function indicesBy(values: Uint16Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const [i, value] of values.entries()) {
    const group = groups.get(value);
    if (group) group.push(i);
    else groups.set(value, [i]);
  }
  return new Map([...groups.entries()].sort(([a], [b]) => a - b));
}

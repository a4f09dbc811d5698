/** Opens the data set of a run and shows it as the run's stream does, and brings images from it to the GPU. */
import { shiftedSet } from '../../../continual/stream/domain-shift.ts';
import type { StreamTask } from '../../../continual/stream/stream.ts';
import type { ImageStore } from '../../../continual/buffer/image-store.ts';
import { withAddedClasses, type AddedClass } from '../../../data/added-classes.ts';
import type { ImageLimit } from '../../../data/archive.ts';
import { DataError } from '../../../data/data-error.ts';
import { IMAGE_BYTES, IMAGE_SIZE, type ImageSet, type Split } from '../../../data/image-set.ts';
import type { OpenedSet } from '../../../data/registry.ts';
import type { Config } from '../../config/config.ts';
import type { DataShape } from '../../config/data-shapes.ts';

/** Opens a config's data set, of which no more than `limit` images a class will be asked for. */
export type OpenSet = (limit: ImageLimit) => Promise<OpenedSet>;

export interface OpenData {
  /** With a label for every class of every task. */
  readonly set: ImageSet;
  readonly shape: DataShape;
  /** What a visitor should be told of it. */
  readonly notices: readonly string[];
}

/** `added` are classes of the visitor's own, of which the config wants `addedClasses`. Throws `DataError`. */
export async function openData(
  config: Config,
  openSet: OpenSet,
  added?: readonly AddedClass[],
): Promise<OpenData> {
  const opened = await openSet({ train: config.imagesPerClass, test: config.testPerClass });
  const whole = withAddedClasses(opened.set, addedOf(config, added));
  const set = shiftedSet(whole, config.stream, config.tasks, config.seed);
  return {
    set,
    shape: {
      title: set.title,
      size: IMAGE_SIZE,
      classes: opened.set.classes.length,
      imagesPerClass: (label) => set.count(label, 'train'),
      testPerClass: (label) => set.count(label, 'test'),
      statistics: set,
    },
    notices: [...(opened.notice === null ? [] : [opened.notice]), set.notice],
  };
}

/** Images of a task that are brought to the GPU. */
export interface TaskImages {
  readonly split: Split;
  /** No more than so many a class. */
  readonly limit: number;
  /** Where the first one is put in `to`. */
  readonly at: number;
  readonly to: ImageStore;
  /** Called before a class is loaded, the `done`-th of the task. */
  readonly onClass?: (label: number, done: number) => void;
}

/** Loads a task's images class after class. Resolves with the place behind the last one. Throws `DataError`. */
export async function loadTask(
  set: ImageSet,
  task: StreamTask,
  { split, limit, at, to, onClass }: TaskImages,
): Promise<number> {
  let next = at;
  for (const [done, label] of task.labels.entries()) {
    onClass?.(label, done);
    const images = await set.load(label, split, limit);
    to.write(next, images);
    next += images.length / IMAGE_BYTES;
  }
  return next;
}

/** The classes that a config wants of those that were given. Throws `DataError` where there are fewer. */
function addedOf(
  { addedClasses }: Config,
  added: readonly AddedClass[] = [],
): readonly AddedClass[] {
  if (added.length < addedClasses) {
    throw new DataError({
      code: 'unavailable',
      file: 'your images',
      expected: `${String(addedClasses)} classes of them`,
      found: added.length === 0 ? 'none' : String(added.length),
    });
  }
  return added.slice(0, addedClasses);
}

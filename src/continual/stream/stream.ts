/**
 * The order in which a network meets its data: classes are cut into tasks, and each epoch of a task
 * is a shuffled walk over that task's images. Nothing here keeps state. Where a run stands is (task,
 * epoch, step), and every order follows from the seed and those numbers, so a run can go on from any of
 * them. Task splitting, one head over all classes and relabelling by class order are those of the
 * mammoth benchmark (Buzzega et al., NeurIPS 2020; aimagelab/mammoth, `datasets/`).
 */
import { hashU32, RandomStream, STREAM } from '../../gpu/rng.ts';

/** What the tasks of a stream differ in: their classes, the order of the pixels, or the angle (`domain-shift.ts`). */
export const STREAMS = ['split', 'permuted', 'rotated'] as const;
export type StreamKind = (typeof STREAMS)[number];

/** How training sees a stream: task by task, or as one task with everything in it. */
export type StreamView = 'tasks' | 'joint';

/** A stream that the data set cannot give; `message` says which number is wrong and what it may be. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
}

export interface StreamOptions {
  /** Classes of the data set; labels are 0 … classes−1. Also the number of outputs of the network. */
  readonly classes: number;
  readonly classesPerTask: number;
  readonly tasks: number;
  /** Tasks take classes in label order, or in an order drawn from the seed. */
  readonly classOrder: 'label' | 'shuffled';
  readonly seed: number;
  /** Training images of a class: one number for all of them, or a function of the label. */
  readonly imagesPerClass: number | ((label: number) => number);
  /**
   * `split`, if left out: every task has classes of its own. Otherwise all tasks have the first `classesPerTask`
   * classes, and task t shows them under labels t · classes + k (`domain-shift.ts`).
   */
  readonly stream?: StreamKind;
  /** Classes of one more task at the end of a split stream, with labels from `classes` on; 0 if left out. */
  readonly addedClasses?: number;
}

/**
 * Some classes that are learned, or tested, together. Their outputs are the contiguous range
 * `firstOutput` … `firstOutput + labels.length − 1`, in the order of `labels`, unless `outputs` says otherwise.
 */
export interface StreamTask {
  readonly index: number;
  /** For people: "Task 1". */
  readonly name: string;
  /** The data set's own labels. */
  readonly labels: readonly number[];
  readonly firstOutput: number;
  /** The output of each label, where several labels share one: the classes of many tasks trained at once. */
  readonly outputs?: readonly number[];
}

export interface TrainingTask extends StreamTask {
  /** Output index of each training image; images lie class after class, in the order of `labels`. */
  readonly targets: Uint16Array<ArrayBuffer>;
}

export interface Stream {
  /** Outputs of the one head: every class of the set, so classes outside the stream stay unused. */
  readonly outputs: number;
  /** Label at each output index. A class's output index is its position in this order. */
  readonly classOrder: readonly number[];
  /** Output index of each label: the inverse of `classOrder`, and what mammoth calls `class_order`. */
  readonly outputOf: readonly number[];
  /** What is trained on, in turn: the tasks, or one task with all their classes for `joint`. */
  readonly training: readonly TrainingTask[];
  /** What is tested: always the tasks. */
  readonly evaluation: readonly StreamTask[];
}

/** How an epoch is cut into batches. */
export interface BatchOptions {
  readonly batch: number;
  /** Leave out the last batch of an epoch if it is not full. */
  readonly dropLast: boolean;
}

/**
 * Cuts a labelled set into a stream. `view` is the strategy's: `joint` trains on every task at once
 * while evaluation keeps them apart. Throws `StreamError` on numbers that make no stream.
 */
export function createStream(options: StreamOptions, view: StreamView = 'tasks'): Stream {
  const { classes, classesPerTask, tasks, stream = 'split', addedClasses = 0 } = options;
  requireWhole('classes', classes);
  requireWhole('classes per task', classesPerTask);
  requireWhole('tasks', tasks);
  const shared = stream !== 'split';
  const needed = shared ? classesPerTask : classesPerTask * tasks;
  if (needed > classes) {
    throw new StreamError(
      `${String(tasks)} tasks of ${shared ? 'the same ' : ''}${String(classesPerTask)} classes need ` +
        `${String(needed)} classes; the set has ${String(classes)}`,
    );
  }
  if (shared && addedClasses > 0) {
    throw new StreamError(`a task of other classes cannot be added to tasks of the same ones`);
  }
  const order =
    options.classOrder === 'label'
      ? Array.from({ length: classes }, (_, label) => label)
      : Array.from(new RandomStream(options.seed, STREAM.classOrder).permutation(classes));
  const added = Array.from({ length: addedClasses }, (_, i) => classes + i);
  // Outputs of classes that were met lie in one piece, so those that the stream leaves out come last.
  const classOrder = [...order.slice(0, needed), ...added, ...order.slice(needed)];
  const outputOf = Array.from(classOrder);
  classOrder.forEach((label, head) => {
    outputOf[label] = head;
  });

  const evaluation = Array.from({ length: tasks }, (_, index): StreamTask => {
    const firstOutput = shared ? 0 : index * classesPerTask;
    const own = classOrder.slice(firstOutput, firstOutput + classesPerTask);
    const labels = shared ? own.map((label) => index * classes + label) : own;
    return { index, name: `Task ${String(index + 1)}`, labels, firstOutput };
  });
  if (addedClasses > 0) {
    const name = `Task ${String(tasks + 1)}`;
    evaluation.push({ index: tasks, name, labels: added, firstOutput: needed });
  }
  const labels = evaluation.flatMap((task) => task.labels);
  const outputs = labels.map((_, i) => i % classesPerTask);
  const all = { index: 0, name: 'All tasks', labels, firstOutput: 0, ...(shared && { outputs }) };
  const seen = view === 'tasks' ? evaluation : [all];
  const training = seen.map((task) => ({
    ...task,
    targets: taskTargets(task, options.imagesPerClass),
  }));
  return { outputs: classes + addedClasses, classOrder, outputOf, training, evaluation };
}

/** Outputs that a task's classes have, from `firstOutput` on. */
export function outputCount({ labels, outputs }: StreamTask): number {
  return outputs ? new Set(outputs).size : labels.length;
}

/**
 * Output index of every image of a task whose images lie class after class, in the order of the task's
 * labels: for training images, and for test images with their own number a class.
 * Throws `StreamError` if a class would have no image.
 */
export function taskTargets(
  task: StreamTask,
  imagesPerClass: StreamOptions['imagesPerClass'],
): Uint16Array<ArrayBuffer> {
  const counts = task.labels.map((label) =>
    typeof imagesPerClass === 'number' ? imagesPerClass : imagesPerClass(label),
  );
  counts.forEach((count, i) => {
    requireWhole(`images of class ${String(task.labels[i])}`, count);
  });
  const targets = new Uint16Array(counts.reduce((sum, count) => sum + count, 0));
  let start = 0;
  counts.forEach((count, i) => {
    targets.fill(task.outputs?.[i] ?? task.firstOutput + i, start, start + count);
    start += count;
  });
  return targets;
}

/**
 * The order in which an epoch visits the images of a task. Each (task, epoch) hashes to a key of its
 * own rather than to a range of one long sequence: such ranges, of 10,000 draws each, would overlap.
 */
export function epochOrder(seed: number, task: number, epoch: number, images: number): Uint32Array {
  const key = hashU32(seed, STREAM.shuffle, task * 0x10000 + epoch);
  return new RandomStream(key, STREAM.shuffle).permutation(images);
}

/** Steps of an epoch over `images` images. Throws `StreamError` if there would be none. */
export function stepsPerEpoch(images: number, options: BatchOptions): number {
  requireWhole('batch', options.batch);
  const full = Math.floor(images / options.batch);
  const steps = options.dropLast ? full : Math.ceil(images / options.batch);
  if (steps === 0) {
    throw new StreamError(
      `${String(images)} images make no full batch of ${String(options.batch)}, and ragged ones are left out`,
    );
  }
  return steps;
}

/**
 * The batches of an epoch from step `fromStep` on: image indices into the current task, as views of
 * `order`. The last one is ragged where the images do not divide evenly, unless it is left out.
 */
export function* batches(
  order: Uint32Array,
  options: BatchOptions,
  fromStep = 0,
): Generator<Uint32Array, void, undefined> {
  const steps = stepsPerEpoch(order.length, options);
  for (let step = fromStep; step < steps; step++) {
    yield order.subarray(step * options.batch, (step + 1) * options.batch);
  }
}

function requireWhole(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > 0xffff) {
    throw new StreamError(
      `${what}: a whole number from 1 to 65535 is needed, not ${String(value)}`,
    );
  }
}

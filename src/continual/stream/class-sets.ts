/**
 * Which classes a term of a row's loss ranges over. Heads of a stream lie in the order in which their tasks
 * come, so all sets but one are ranges that the kernel knows from the step's scalars; the classes of the
 * current batch are a bitmap, uploaded behind the rows' records. `shaders/lib/class_sets.wgsl` has the
 * other side.
 */

/** Ids of the sets as records hold them. */
export const CLASS_SET = {
  /** Every output. */
  all: 0,
  /** The current task's. */
  task: 1,
  /** Those in the current batch and those of later tasks; in the first task every output (ER-ACE). */
  batch: 2,
  /** Those of earlier tasks; none in the first. */
  past: 3,
  /** Those of earlier tasks and of the current one. */
  seen: 4,
} as const;
export type ClassSet = keyof typeof CLASS_SET;

/** Outputs that the bitmap has room for. */
const MOST_CLASSES = 256;
export const BATCH_SET_WORDS = MOST_CLASSES / 32;

/** The outputs of a task: a contiguous range. */
export interface OutputRange {
  readonly first: number;
  readonly count: number;
}

/**
 * Writes the bitmap of `batch`, given the labels of the current images: their classes, and those of later
 * tasks. A class of the current task counts as met from the task's first step on, met yet or not, so that
 * the set follows from the batch alone. Nothing is past in the first task, so nothing is left out there.
 * Throws `RangeError` on a label beyond the bitmap.
 */
export function writeBatchSet(
  words: Uint32Array,
  { first, count }: OutputRange,
  labels: Iterable<number>,
): void {
  const from = first === 0 ? 0 : first + count;
  for (let word = 0; word < BATCH_SET_WORDS; word++) {
    const below = Math.min(32, Math.max(0, from - 32 * word));
    words[word] = below === 32 ? 0 : 0xffffffff << below;
  }
  for (const label of labels) {
    if (label >= MOST_CLASSES) {
      throw new RangeError(
        `class ${String(label)}: a set of classes has room for ${String(MOST_CLASSES)}`,
      );
    }
    words[label >> 5]! |= 1 << (label & 31);
  }
}

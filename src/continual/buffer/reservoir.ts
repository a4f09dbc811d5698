/**
 * The replay buffer's book-keeping: which of the images that were trained on are kept, by reservoir sampling
 * (Vitter, *Random Sampling with a Reservoir*, ACM TOMS 11(1), 1985, algorithm R), as mammoth's buffer
 * applies it. Image bytes and stored logits lie on the GPU under the same slot numbers; here are only
 * the decisions, with each slot's label and task.
 */
import type { RandomStream } from '../../gpu/rng.ts';

/** What a reservoir asks of its random numbers: a `RandomStream`, or a recorded sequence in its place. */
export type ReservoirRandom = Pick<RandomStream, 'counter' | 'below' | 'sample'>;

/** Everything a reservoir knows, as plain JSON. */
export interface ReservoirState {
  readonly capacity: number;
  readonly offered: number;
  readonly offerCounter: number;
  readonly drawCounter: number;
  /** One entry a filled slot. */
  readonly labels: readonly number[];
  readonly tasks: readonly number[];
}

export class Reservoir {
  /** Output index of the image in each slot; meaningful below `filled`. */
  readonly labels: Uint16Array;
  /** Task during which the image in each slot was stored; meaningful below `filled`. */
  readonly tasks: Uint16Array;
  private seen = 0;
  /** Row that last took each slot; entries may be left from earlier batches, so `offerBatch` checks them. */
  private readonly claimant: Uint32Array;

  /**
   * `capacity` is in images. Offers and draws read separate random streams, so that replaying more
   * never changes what is kept. Throws `RangeError` if the capacity is not a whole number above 0.
   */
  constructor(
    readonly capacity: number,
    private readonly offers: ReservoirRandom,
    private readonly draws: ReservoirRandom,
  ) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `a reservoir needs room for at least one image, not ${String(capacity)}`,
      );
    }
    this.labels = new Uint16Array(capacity);
    this.tasks = new Uint16Array(capacity);
    this.claimant = new Uint32Array(capacity);
  }

  /** Images ever offered, repetitions included. */
  get offered(): number {
    return this.seen;
  }

  /** Slots in use; they are 0 … filled−1. */
  get filled(): number {
    return Math.min(this.seen, this.capacity);
  }

  /**
   * Offers one image: with n offered before, it takes slot n while there is room; after that it draws r
   * uniformly from 0 … n and overwrites slot r if there is one. Returns the slot, or −1 if passed over.
   */
  offer(label: number, task: number): number {
    requireIndex('label', label);
    requireIndex('task', task);
    const n = this.seen;
    const slot = n < this.capacity ? n : this.offers.below(n + 1);
    this.seen = n + 1;
    if (slot >= this.capacity) return -1;
    this.labels[slot] = label;
    this.tasks[slot] = task;
    return slot;
  }

  /**
   * Offers the rows of a batch in order and writes each row's slot to `slots`, or −1. Where a later row
   * takes a slot that an earlier one of the same batch had, the earlier gets −1: the GPU copies rows in
   * parallel, and must end where a copy in order would. `slots` has at least as many entries as `labels`.
   */
  offerBatch(labels: ArrayLike<number>, task: number, slots: Int32Array): void {
    if (slots.length < labels.length) {
      throw new RangeError(
        `${String(labels.length)} rows need as many slots, not ${String(slots.length)}`,
      );
    }
    for (let row = 0; row < labels.length; row++) {
      const slot = this.offer(labels[row]!, task);
      slots[row] = slot;
      if (slot < 0) continue;
      // An entry left by another batch names a row that does not hold this slot now.
      const earlier = this.claimant[slot]!;
      if (earlier < row && slots[earlier] === slot) slots[earlier] = -1;
      this.claimant[slot] = row;
    }
  }

  /** min(k, filled) distinct slots, uniformly at random, in draw order. */
  draw(k: number): number[] {
    return this.draws.sample(this.filled, Math.min(k, this.filled));
  }

  save(): ReservoirState {
    return {
      capacity: this.capacity,
      offered: this.seen,
      offerCounter: this.offers.counter,
      drawCounter: this.draws.counter,
      labels: Array.from(this.labels.subarray(0, this.filled)),
      tasks: Array.from(this.tasks.subarray(0, this.filled)),
    };
  }

  /** Takes up where `state` was saved. Throws `RangeError` if it is not one of this capacity's states. */
  load(state: ReservoirState): void {
    const filled = Math.min(state.offered, this.capacity);
    if (state.capacity !== this.capacity) {
      throw new RangeError(
        `a state of ${String(state.capacity)} slots does not fit a reservoir of ${String(this.capacity)}`,
      );
    }
    if (state.labels.length !== filled || state.tasks.length !== filled) {
      throw new RangeError(
        `after ${String(state.offered)} offers ${String(filled)} slots are filled; the state has ` +
          `${String(state.labels.length)} labels and ${String(state.tasks.length)} tasks`,
      );
    }
    this.seen = state.offered;
    this.offers.counter = state.offerCounter;
    this.draws.counter = state.drawCounter;
    this.labels.set(state.labels);
    this.tasks.set(state.tasks);
  }
}

function requireIndex(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff) {
    throw new RangeError(`${what}: a whole number from 0 to 65535 is needed, not ${String(value)}`);
  }
}

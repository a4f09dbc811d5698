/**
 * The buffer of GDumb as book-keeping: greedily balanced over the classes seen so far (Prabhu, Torr and Dokania,
 * *GDumb*, ECCV 2020, algorithm 1). An image is taken while its class has less than an equal share of the room;
 * where there is none left, it takes the place of a random image of the largest class. Image bytes lie on the GPU
 * under the same slot numbers.
 */
import type { RandomStream } from '../../gpu/rng.ts';

export class GreedySampler {
  /** Output index of the image in each filled slot. */
  readonly labels: number[] = [];
  readonly #counts = new Map<number, number>();

  /** `capacity` is in images. */
  constructor(
    readonly capacity: number,
    private readonly random: Pick<RandomStream, 'below'>,
  ) {}

  /** Offers one image. Returns the slot that it takes, or −1 if it is passed over. */
  offer(label: number): number {
    const held = this.#counts.get(label) ?? 0;
    this.#counts.set(label, held);
    if (held >= this.capacity / this.#counts.size) return -1;
    const slot = this.labels.length < this.capacity ? this.labels.length : this.#free();
    this.labels[slot] = label;
    this.#counts.set(label, held + 1);
    return slot;
  }

  /** Gives up a random image of the largest class, the one seen first of equals. */
  #free(): number {
    let [largest, most] = [-1, -1];
    for (const [label, count] of this.#counts) {
      if (count > most) [largest, most] = [label, count];
    }
    this.#counts.set(largest, most - 1);
    const slots = [...this.labels.keys()].filter((slot) => this.labels[slot] === largest);
    return slots[this.random.below(slots.length)]!;
  }
}

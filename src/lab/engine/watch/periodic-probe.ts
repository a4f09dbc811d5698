/** Reads something now and then beside a run: one reading at a time, and less often where it takes long. */

/** After a reading the probe rests for so many times as long as it took of this thread's time. */
const REST = 20;

export class PeriodicProbe {
  readonly #every: number;
  readonly #read: (at: number) => Promise<number>;
  readonly #now: () => number;
  #underWay: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;
  #next = -Infinity;
  /** Steps done at the last reading. */
  #last = -1;

  /**
   * `read` takes the steps done and resolves with the milliseconds that it took of this thread's time. A reading
   * begins `every` milliseconds after the one before, or later.
   */
  constructor(
    every: number,
    read: (at: number) => Promise<number>,
    now: () => number = () => performance.now(),
  ) {
    this.#every = every;
    this.#read = read;
    this.#now = now;
  }

  /** Begins a reading if it is time for one, none is under way, and a step has been made since the last one. */
  perhaps(at: number): void {
    if (!this.#underWay && at !== this.#last && this.#now() >= this.#next) this.#begin(at);
  }

  /** Reads at once, unless that has been done `at` this step; `again` reads all the same. Rejects with what failed. */
  async now(at: number, again = false): Promise<void> {
    await this.settle();
    if (at === this.#last && !again) return;
    this.#begin(at);
    await this.settle();
  }

  /** Resolves when no reading is under way; rejects with what one failed of. */
  async settle(): Promise<void> {
    await this.#underWay;
    if (this.#failure) throw this.#failure.error;
  }

  #begin(at: number): void {
    this.#last = at;
    const start = this.#now();
    this.#underWay = this.#read(at).then(
      (ms) => {
        this.#next = start + Math.max(this.#every, REST * ms);
        this.#underWay = null;
      },
      (error: unknown) => {
        this.#failure = { error };
        this.#underWay = null;
      },
    );
  }
}

/** Something that is looked at now and then beside what goes on: one look at a time, and not too often. */

/** The next look is so many times as far off as the last one took on this side. */
const REST = 20;

export class Glance {
  readonly #every: number;
  readonly #look: (at: number) => Promise<number>;
  readonly #now: () => number;
  #under: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;
  #next = -Infinity;
  /** Steps done at the last look. */
  #last = -1;

  /**
   * `look` takes the steps done and resolves with the milliseconds that it took of this thread's time; looks begin
   * `every` milliseconds after the one before, or later.
   */
  constructor(
    every: number,
    look: (at: number) => Promise<number>,
    now: () => number = () => performance.now(),
  ) {
    this.#every = every;
    this.#look = look;
    this.#now = now;
  }

  /** Begins a look if it is time for one. */
  perhaps(at: number): void {
    if (!this.#under && at !== this.#last && this.#now() >= this.#next) this.#begin(at);
  }

  /** Looks at once, unless that has been done `at` this step; `again` looks all the same. Rejects with what failed. */
  async now(at: number, again = false): Promise<void> {
    await this.settle();
    if (at === this.#last && !again) return;
    this.#begin(at);
    await this.settle();
  }

  /** Resolves when no look is under way; rejects with what one failed of. */
  async settle(): Promise<void> {
    await this.#under;
    if (this.#failure) throw this.#failure.error;
  }

  #begin(at: number): void {
    this.#last = at;
    const start = this.#now();
    this.#under = this.#look(at).then(
      (ms) => {
        this.#next = start + Math.max(this.#every, REST * ms);
        this.#under = null;
      },
      (error: unknown) => {
        this.#failure = { error };
        this.#under = null;
      },
    );
  }
}

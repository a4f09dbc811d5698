/** What a run has been told to do: go on, wait, make single steps, stop. Commands come at any time; the run asks here. */

/** What a run does around a wait. */
export interface Waiting {
  /** Throws if there is nothing left to wait for. */
  readonly check: () => void;
  /** Called once, before the run waits. */
  readonly begins: () => Promise<void>;
}

export class RunControl {
  readonly #tuning = new AbortController();
  #wanted: 'run' | 'pause' | 'stop';
  /** Steps that may still be made while paused. */
  #allowed = 0;
  /** Whether to wait once the present task has been evaluated. */
  #finishing = false;
  #wake: () => void = () => undefined;

  /** `paused` waits before the first step. */
  constructor(paused: boolean) {
    this.#wanted = paused ? 'pause' : 'run';
  }

  pause(): void {
    this.#finishing = false;
    if (this.#wanted === 'run') this.#wanted = 'pause';
  }

  resume(): void {
    this.#finishing = false;
    if (this.#wanted === 'pause') this.#wanted = 'run';
    this.#allowed = 0;
    this.#wake();
  }

  /** Goes on to the end of the present task, its evaluation included, and waits there. */
  finishTask(): void {
    this.resume();
    this.#finishing = true;
  }

  /** Makes one training step, then waits again. */
  step(): void {
    this.pause();
    this.#allowed++;
    this.#wake();
  }

  /** Leaves the kernels that are not tuned yet as they are by default. */
  skipTuning(): void {
    this.#tuning.abort();
  }

  /** Ends the run at the next step. */
  stop(): void {
    this.#wanted = 'stop';
    this.skipTuning();
    this.#wake();
  }

  /** Aborted when tuning is to end. */
  get tuning(): AbortSignal {
    return this.#tuning.signal;
  }

  /** Whether the run is to wait, after a single step at most. */
  get pausing(): boolean {
    return this.#wanted === 'pause';
  }

  /** A task has been trained and evaluated. */
  taskEnded(): void {
    if (this.#finishing) this.pause();
  }

  /** Has a run that waits check whether there is anything left to wait for. */
  wake(): void {
    this.#wake();
  }

  /** Waits while paused. False when the run is to stop. */
  async mayGoOn({ check, begins }: Waiting): Promise<boolean> {
    check();
    let waits = false;
    while (this.#wanted === 'pause' && this.#allowed === 0) {
      if (waits) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else {
        // What is asked for meanwhile may change the condition, so it is asked again before the wait.
        await begins();
        waits = true;
      }
      check();
    }
    return this.#wanted !== 'stop';
  }

  /** As `mayGoOn`, and takes one of the steps that may be made. */
  async mayStep(waiting: Waiting): Promise<boolean> {
    if (!(await this.mayGoOn(waiting))) return false;
    if (this.#wanted === 'pause') this.#allowed--;
    return true;
  }
}

/**
 * Which moment of a recording the page shows. It follows the run as long as nobody moves it; then it stays where it
 * was put, and can be played from there as a film is, at a pace that shows a whole run in about twenty seconds.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Seconds that playing a whole run takes. */
const WHOLE_RUN_SECONDS = 20;

export class Player implements ReactiveController {
  /** Steps that are known to be done. */
  #done = 0;
  /** Null while following. */
  #cursor: number | null = null;
  #playing = false;
  #last = 0;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#playing = false;
  }

  /** The moment that is shown. */
  get at(): number {
    return this.#cursor === null ? this.#done : Math.min(Math.floor(this.#cursor), this.#done);
  }

  get following(): boolean {
    return this.#cursor === null;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Tells how far the recording reaches now. */
  reach(done: number): void {
    this.#done = done;
  }

  /** Follows the run, from now on. */
  follow(): void {
    this.#cursor = null;
    this.#playing = false;
    this.host.requestUpdate();
  }

  /** Shows the moment after `step` steps, and stays there; at the end of what is known it follows. */
  seek(step: number): void {
    this.#cursor = step >= this.#done ? null : Math.max(0, step);
    if (this.#cursor === null) this.#playing = false;
    this.host.requestUpdate();
  }

  /** Plays from the moment that is shown; from the beginning where that is the end. */
  play(): void {
    if (this.#done === 0 || this.#playing) return;
    if (this.#cursor === null) this.#cursor = 0;
    this.#playing = true;
    this.#last = performance.now();
    requestAnimationFrame(this.#frame);
    this.host.requestUpdate();
  }

  pause(): void {
    this.#playing = false;
    this.host.requestUpdate();
  }

  readonly #frame = (now: number): void => {
    if (!this.#playing || this.#cursor === null) return;
    const seconds = Math.max(0, now - this.#last) / 1000;
    this.#last = now;
    this.#cursor += (seconds * this.#done) / WHOLE_RUN_SECONDS;
    if (this.#cursor >= this.#done) {
      this.follow();
      return;
    }
    this.host.requestUpdate();
    requestAnimationFrame(this.#frame);
  };
}

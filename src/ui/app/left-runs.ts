/**
 * Runs that the page has turned its back on while they were under way. The worker goes on sending of such a run until
 * it has ended, which belongs to nothing that is shown by then; every run that was started says once that it is over.
 */
import type { Event } from '../../lab/protocol.ts';

export class LeftRuns {
  #left = 0;

  /** The run that is under way is none of the page's any more. */
  leave(): void {
    this.#left++;
  }

  /** Takes the events in order: whether this one is of what the page shows. */
  own(event: Event): boolean {
    if (this.#left === 0) return true;
    switch (event.type) {
      case 'adapter':
      case 'speed':
      case 'estimate':
        return true;
      case 'failure':
        // Nothing more comes of this worker.
        this.#left = 0;
        return true;
      case 'report':
        this.#left--;
        return false;
      case 'state':
        if (event.state === 'stopped') this.#left--;
        return false;
      default:
        return false;
    }
  }
}

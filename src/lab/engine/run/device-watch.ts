/** Knows whether a run's device is still there and has found nothing wrong. */
import type { Gpu } from '../../../gpu/device.ts';
import { RunFailure } from '../run-failure.ts';

export class DeviceWatch {
  readonly #gpu: Gpu;
  #lost: RunFailure | null = null;

  /** `onLost` is called when the device is lost. */
  constructor(gpu: Gpu, onLost: () => void) {
    this.#gpu = gpu;
    void gpu.device.lost.then(({ reason, message }) => {
      const why = message || reason;
      this.#lost = new RunFailure('device-lost', `The graphics device was lost (${why}).`);
      onLost();
    });
  }

  /** Throws a `RunFailure` if the device is gone or has failed. */
  check(): void {
    if (this.#lost) throw this.#lost;
    const [error] = this.#gpu.errors;
    if (error !== undefined) throw new RunFailure('internal', `The GPU reported: ${error}`);
  }

  /** Why a run has failed: what fails on a lost device fails in many ways, and the loss is the reason. */
  async reasonOf(error: unknown): Promise<unknown> {
    // The loss is told after what it makes fail.
    await Promise.resolve();
    return this.#lost ?? error;
  }
}

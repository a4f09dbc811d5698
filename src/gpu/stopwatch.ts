/**
 * How long some dispatches take, for comparing kernels: repeated within one submit, by the adapter's
 * timestamps where it has them and by the clock around the queue where it has not.
 */
import type { Gpu } from './device.ts';
import { encodeEntry, type PlanEntry } from './plan.ts';
import { readBuffer } from './readback.ts';

/** Repetitions last about so long in all: twenty times the 0.1 ms to which timestamps may be rounded. */
const WORTH_TIMING_MS = 2;
/** The clock around a submit also holds the queue's own latency of up to a millisecond. */
const WORTH_TIMING_BY_CLOCK_MS = 20;
const MOST_REPEATS = 256;

export class Stopwatch {
  readonly #gpu: Gpu;
  readonly #querySet: GPUQuerySet | null;
  readonly #stamps: GPUBuffer | null;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    const has = gpu.adapter.features.includes('timestamp-query');
    const label = 'stopwatch';
    this.#querySet = has ? gpu.device.createQuerySet({ label, type: 'timestamp', count: 2 }) : null;
    this.#stamps = has
      ? gpu.device.createBuffer({
          label,
          size: 16,
          usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
        })
      : null;
  }

  /** Milliseconds of one run of all `entries`, the mean of `repeats`. They do their work while timed. */
  async time(entries: readonly Timed[], repeats: number): Promise<number> {
    const { device } = this.#gpu;
    const querySet = this.#querySet;
    const encoder = device.createCommandEncoder({ label: 'stopwatch' });
    const pass = encoder.beginComputePass({
      label: 'stopwatch',
      ...(querySet && {
        timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
      }),
    });
    for (let i = 0; i < repeats; i++) {
      for (const { entry, part } of entries) encodeEntry(pass, entry, part);
    }
    pass.end();
    if (querySet && this.#stamps) {
      encoder.resolveQuerySet(querySet, 0, 2, this.#stamps, 0);
      device.queue.submit([encoder.finish()]);
      const [begin, end] = new BigUint64Array(await readBuffer(this.#gpu, this.#stamps, 0, 16));
      return Number(end! - begin!) / 1e6 / repeats;
    }
    const commands = encoder.finish();
    await device.queue.onSubmittedWorkDone();
    const start = performance.now();
    device.queue.submit([commands]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / repeats;
  }

  /** Repetitions after which a time can be believed, for entries of which one run takes `ms`. */
  repeatsFor(ms: number): number {
    const worth = this.#querySet ? WORTH_TIMING_MS : WORTH_TIMING_BY_CLOCK_MS;
    return Math.min(MOST_REPEATS, Math.max(1, Math.ceil(worth / Math.max(ms, 1e-3))));
  }

  close(): void {
    this.#querySet?.destroy();
    this.#stamps?.destroy();
  }
}

/** A dispatch, or one of its parts. */
export interface Timed {
  readonly entry: PlanEntry;
  readonly part?: number;
}

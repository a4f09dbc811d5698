/**
 * How a plan reaches the queue: as one submit where a step is short, as few as keep each under a limit
 * where it is not (watchdogs end submits of seconds), and never more than two in flight. The first two
 * runs go out in small pieces that are waited for and timed; the pieces are then packed by what they took.
 * How a plan is cut never changes what it computes.
 */
import { encodeEntry, type Plan } from './plan.ts';
import type { Gpu } from './device.ts';

/** No submit should hold the GPU longer, in milliseconds. */
const SUBMIT_LIMIT_MS = 200;
/** Pieces are packed to this, since a measured time is not a promise. */
const SUBMIT_TARGET_MS = 150;
/** A piece of a calibration run: at most so many MACs and dispatches. */
const PIECE_MACS = 64e6;
const PIECE_DISPATCHES = 24;
const IN_FLIGHT = 2;

/** One entry of the plan, or one part of it. */
interface Unit {
  readonly entry: number;
  readonly part?: number;
}

export class Submitter {
  /** Milliseconds of one run of the plan, as last measured or told; 0 before. */
  stepMs = 0;
  submits = 0;
  runs = 0;
  readonly #gpu: Gpu;
  readonly #plan: Plan;
  /** Runs that are still to be timed. */
  #untimed = 2;
  #schedule: readonly (readonly Unit[])[] | null = null;
  #inFlight: Promise<unknown>[] = [];

  constructor(gpu: Gpu, plan: Plan) {
    this.#gpu = gpu;
    this.#plan = plan;
  }

  /** Submits of one run; 0 until that is decided. */
  get submitsPerRun(): number {
    return this.#schedule?.length ?? 0;
  }

  /** Runs the plan once. Resolves when it is queued; waits only while two submits are in flight. */
  async run(): Promise<void> {
    if (this.#untimed > 0) {
      await this.#calibrate();
      this.#untimed--;
    } else {
      for (const units of this.#schedule!) await this.#submit(units);
    }
    this.runs++;
  }

  /**
   * For a schedule point: what was slow when it was timed need not stay so. `meanMs` is what a run took on
   * average since, if that is known; unless it allows one submit a run, the next run is timed anew.
   */
  remeasure(meanMs = Infinity): void {
    if (meanMs < SUBMIT_LIMIT_MS) {
      this.stepMs = meanMs;
      this.#schedule = [this.#whole()];
    } else {
      this.#untimed = Math.max(this.#untimed, 1);
    }
  }

  /** Resolves when everything queued so far is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#inFlight);
    this.#inFlight = [];
  }

  async #submit(units: readonly Unit[]): Promise<void> {
    while (this.#inFlight.length >= IN_FLIGHT) await this.#inFlight.shift();
    const encoder = this.#gpu.device.createCommandEncoder({ label: 'step' });
    const pass = encoder.beginComputePass({ label: 'step' });
    for (const { entry, part } of units) encodeEntry(pass, this.#plan.entries[entry]!, part);
    pass.end();
    this.#gpu.device.queue.submit([encoder.finish()]);
    this.submits++;
    const done = this.#gpu.device.queue.onSubmittedWorkDone();
    // On a lost device this may fail with nobody waiting for it any more; whoever does is told.
    done.catch(() => undefined);
    this.#inFlight.push(done);
  }

  /** First run: kernels are still being translated by the driver, so only the second is believed. */
  async #calibrate(): Promise<void> {
    await this.idle();
    const pieces = this.#pieces();
    // To be told that nothing is left to do takes time by itself; that is not the work's.
    const start = performance.now();
    await this.#gpu.device.queue.onSubmittedWorkDone();
    const latency = performance.now() - start;
    const times: number[] = [];
    for (const piece of pieces) times.push(Math.max(0, (await this.#timed(piece)) - latency));
    this.stepMs = times.reduce((sum, time) => sum + time, 0);
    this.#schedule = this.stepMs < SUBMIT_LIMIT_MS ? [this.#whole()] : pack(pieces, times);
  }

  async #timed(units: readonly Unit[]): Promise<number> {
    const start = performance.now();
    await this.#submit(units);
    await this.idle();
    return performance.now() - start;
  }

  #whole(): Unit[] {
    return this.#plan.entries.map((_, entry) => ({ entry }));
  }

  #pieces(): Unit[][] {
    const pieces: Unit[][] = [];
    let macs = Infinity;
    this.#plan.entries.forEach((entry, i) => {
      const count = Math.max(1, entry.parts.length);
      for (let part = 0; part < count; part++) {
        const cost = entry.macs / count;
        const piece = pieces.at(-1);
        const unit = entry.parts.length > 0 ? { entry: i, part } : { entry: i };
        if (piece && macs + cost <= PIECE_MACS && piece.length < PIECE_DISPATCHES) {
          piece.push(unit);
          macs += cost;
        } else {
          pieces.push([unit]);
          macs = cost;
        }
      }
    });
    return pieces;
  }
}

/** Joins neighbouring pieces while their measured times stay under the target. */
function pack(pieces: readonly Unit[][], times: readonly number[]): Unit[][] {
  const packed: Unit[][] = [];
  let time = Infinity;
  pieces.forEach((piece, i) => {
    const last = packed.at(-1);
    if (last && time + times[i]! <= SUBMIT_TARGET_MS) {
      last.push(...piece);
      time += times[i]!;
    } else {
      packed.push([...piece]);
      time = times[i]!;
    }
  });
  return packed;
}

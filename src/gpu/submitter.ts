/**
 * How a plan reaches the queue. A short step is one submit. A long one is as few submits as keep each under a limit,
 * since watchdogs end submits that take seconds. At most two submits are in flight. How long pieces of a plan take is
 * measured in its first two runs: each piece is submitted alone and waited for, and the next one is larger while
 * pieces are quick. Later runs join neighbouring pieces up to the limit. The cut never changes what is computed.
 */
import { encodeEntry, type Plan } from './plan.ts';
import type { Gpu } from './device.ts';

/** No submit should hold the GPU longer, in milliseconds. */
const SUBMIT_LIMIT_MS = 200;
/** Pieces are packed to this, since a measured time is not a promise. */
const SUBMIT_TARGET_MS = 150;
/** The first piece of a calibration: at most so many MACs and dispatches. */
const PIECE_MACS = 64e6;
const PIECE_DISPATCHES = 24;
/** After a piece that is done sooner the next may be twice as large, and after a long one half as large. */
const QUICK_PIECE_MS = 20;
const LONG_PIECE_MS = 100;
const IN_FLIGHT = 2;

/** One entry of the plan, or one part of it. */
interface Unit {
  readonly entry: number;
  readonly part?: number;
}

/** Where the next piece of a plan begins. */
interface Place {
  entry: number;
  part: number;
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
  /** How much larger than the first one a piece may be. */
  #scale = 1;
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
   * To be called at schedule points, since a run may have become faster or slower than it was measured. `meanMs` is
   * the mean time of a run since then, if it is known. If one submit a run is short enough by it, that is what is used
   * from here on; otherwise the next run is measured again.
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

  /** Measures the plan piece by piece. In the first run drivers still compile kernels, so the second one counts. */
  async #calibrate(): Promise<void> {
    await this.idle();
    // Asking an idle queue takes time too, which is subtracted from every measurement.
    const start = performance.now();
    await this.#gpu.device.queue.onSubmittedWorkDone();
    const latency = performance.now() - start;
    const pieces: Unit[][] = [];
    const times: number[] = [];
    const from: Place = { entry: 0, part: 0 };
    while (from.entry < this.#plan.entries.length) {
      const piece = this.#piece(from);
      const ms = Math.max(0, (await this.#timed(piece)) - latency);
      pieces.push(piece);
      times.push(ms);
      if (ms < QUICK_PIECE_MS) this.#scale *= 2;
      else if (ms > LONG_PIECE_MS) this.#scale = Math.max(1, this.#scale / 2);
    }
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

  /** The next piece from a place on, which moves behind it: whole entries where they fit, else their parts. */
  #piece(from: Place): Unit[] {
    const piece: Unit[] = [];
    const mostMacs = this.#scale * PIECE_MACS;
    const most = this.#scale * PIECE_DISPATCHES;
    let macs = 0;
    for (; from.entry < this.#plan.entries.length; from.entry++, from.part = 0) {
      const entry = this.#plan.entries[from.entry]!;
      const fits = (cost: number) =>
        piece.length === 0 || (macs + cost <= mostMacs && piece.length < most);
      if (from.part === 0 && (entry.parts.length === 0 || entry.macs <= mostMacs)) {
        if (!fits(entry.macs)) return piece;
        piece.push({ entry: from.entry });
        macs += entry.macs;
        continue;
      }
      const cost = entry.macs / entry.parts.length;
      for (; from.part < entry.parts.length; from.part++) {
        if (!fits(cost)) return piece;
        piece.push({ entry: from.entry, part: from.part });
        macs += cost;
      }
    }
    return piece;
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

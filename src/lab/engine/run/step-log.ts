/**
 * Keeps what the steps of a run leave behind: the loss of every step, means by epoch, and the clock; and sends losses
 * and progress on. Only `timing` depends on the clock.
 */
import type { StepResult, Trainer } from '../../../continual/step/trainer.ts';
import type { Event } from '../../protocol.ts';
import type { Report } from '../../report/report.ts';

/** Weight of the newest interval in the smoothed rate. */
const SMOOTHING = 0.2;

export class StepLog {
  readonly #emit: (event: Event) => void;
  /** Current images of a full step. */
  readonly #batch: number;
  readonly #results: StepResult[] = [];
  /** For each epoch: its task, and the steps done when it began. */
  readonly #epochs: { readonly task: number; readonly from: number }[] = [];
  #startedAt = '';
  #start = 0;
  #prepared = 0;
  /** Milliseconds on the training clock so far. */
  trainMs = 0;
  #last = { time: 0, step: 0, msPerStep: 0 };

  constructor(emit: (event: Event) => void, batch: number) {
    this.#emit = emit;
    this.#batch = batch;
  }

  start(): void {
    this.#startedAt = new Date().toISOString();
    this.#start = performance.now();
  }

  /** Marks the end of preparation. */
  prepared(): void {
    this.#prepared = performance.now();
  }

  /** Runs `work` on the training clock. */
  async training<Result>(work: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    const result = await work();
    this.trainMs += performance.now() - start;
    return result;
  }

  /** Whether `every` milliseconds have gone by since the last progress. */
  due(every: number): boolean {
    return performance.now() - this.#last.time >= every;
  }

  progress(at: {
    readonly task: number;
    readonly epoch: number;
    readonly step: number;
    readonly steps: number;
  }): void {
    const { time, step, msPerStep } = this.#last;
    const now = performance.now();
    let ms = msPerStep;
    if (at.step > step) {
      // Over the training clock, so that neither pauses nor evaluations count.
      const average = this.trainMs / at.step;
      const recent = time === 0 ? average : Math.min((now - time) / (at.step - step), 4 * average);
      ms = msPerStep === 0 ? recent : msPerStep + SMOOTHING * (recent - msPerStep);
    }
    this.#last = { time: now, step: at.step, msPerStep: ms };
    this.#emit({
      type: 'progress',
      ...at,
      imagesPerSecond: ms > 0 ? (1000 * this.#batch) / ms : 0,
      etaSeconds: ((at.steps - at.step) * ms) / 1000,
    });
  }

  /** Asks a trainer for what it has, as far as that can be had now; it comes later. False if there is nothing. */
  read(trainer: Trainer): boolean {
    return trainer.read(this.#take);
  }

  /** Takes every result that is still on the GPU. */
  async readAll(trainer: Trainer): Promise<void> {
    while (trainer.unread > 0) {
      if (!this.read(trainer)) await trainer.settled();
    }
    await trainer.settled();
  }

  /** Results in the order of their steps. */
  readonly #take = (results: readonly StepResult[]): void => {
    const from = this.#results.length;
    this.#results.push(...results);
    this.#emit({
      type: 'loss',
      from,
      loss: results.map(({ loss }) => loss),
      accuracy: results.map(({ right, images }) => right / images),
    });
  };

  epochBegins(task: number, stepsDone: number): void {
    this.#epochs.push({ task, from: stepsDone });
  }

  curves(): Pick<Report, 'loss' | 'lossByEpoch' | 'accuracyByEpoch'> {
    const lossByEpoch: number[][] = [];
    const accuracyByEpoch: number[][] = [];
    for (const [i, { task, from }] of this.#epochs.entries()) {
      const steps = this.#results.slice(from, this.#epochs[i + 1]?.from);
      const sum = (of: (result: StepResult) => number) =>
        steps.reduce((total, result) => total + of(result), 0);
      (lossByEpoch[task] ??= []).push(sum(({ loss }) => loss) / steps.length);
      (accuracyByEpoch[task] ??= []).push(sum(({ right }) => right) / sum(({ images }) => images));
    }
    return { loss: this.#results.map(({ loss }) => loss), lossByEpoch, accuracyByEpoch };
  }

  timing(steps: number, submitsPerStep: number): Report['timing'] {
    const images = this.#results.reduce((sum, result) => sum + result.images, 0);
    return {
      startedAt: this.#startedAt,
      totalSeconds: (performance.now() - this.#start) / 1000,
      prepareSeconds: (this.#prepared - this.#start) / 1000,
      trainSeconds: this.trainMs / 1000,
      millisecondsPerStep: this.trainMs / steps,
      imagesPerSecond: (1000 * images) / this.trainMs,
      submitsPerStep,
    };
  }
}

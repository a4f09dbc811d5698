/**
 * One run, from config to report: opens the data, makes the plans, walks the stream, evaluates after every
 * task. The same class runs in the page's worker, in Node and in tests; all it needs is an open GPU, a
 * way to open the data, and somewhere to send events. It can be paused between any two steps.
 */
import { DataRemoval, type RemovalEvent } from '../continual/data-removal.ts';
import type { Accuracies, HeadAccuracies } from '../continual/evaluator.ts';
import type { Strategy } from '../continual/strategy.ts';
import type { MaskEvent } from '../continual/mask-keeper.ts';
import { continualMetrics } from '../continual/metrics.ts';
import { STRATEGIES } from '../continual/strategies/registry.ts';
import { batches, epochOrder, type TrainingTask } from '../continual/stream.ts';
import type { StepResult, StepScalars, Trainer } from '../continual/trainer.ts';
import { IMAGE_BYTES, type ImageSet } from '../data/image-set.ts';
import { profilePlan } from '../gpu/timing.ts';
import { rateAt } from '../nn/optimizer.ts';
import { RunFailure } from './failure.ts';
import { trainingBytes, workLedger } from './ledger.ts';
import type { DueStep } from './mask-run.ts';
import { prepareRun, stepsOfTask, type RunOptions, type Setup } from './prepare-run.ts';
import type { RunState } from './protocol.ts';
import { Recorder } from './recorder.ts';
import type { Report } from './report.ts';

export interface SessionOptions extends RunOptions {
  /** Waits before the first step, as after `pause`. */
  readonly paused?: boolean;
  /** Times every dispatch of a step once the run is over. */
  readonly profile?: boolean;
}

/** Steps over which a profile takes the mean. */
const PROFILE_RUNS = 10;
/** Metrics go out about so often, in milliseconds. */
const REPORT_EVERY_MS = 100;

/** Where a run is, and what has become of mask and data. */
interface Progress {
  /** Steps made. */
  done: number;
  readonly removal: DataRemoval | null;
  readonly changes: MaskEvent[];
  readonly removals: RemovalEvent[];
}

export class Session {
  readonly #options: SessionOptions;
  readonly #recorder: Recorder;
  readonly #tuning = new AbortController();
  #state: RunState = 'idle';
  #wanted: 'run' | 'pause' | 'stop';
  /** Steps that may still be made while paused. */
  #allowed = 0;
  #wake: () => void = () => undefined;
  #lost: string | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#recorder = new Recorder(options.emit, options.config.batch);
    this.#wanted = options.paused === true ? 'pause' : 'run';
    void options.gpu.device.lost.then(({ reason, message }) => {
      this.#lost = message || reason;
      this.#wake();
    });
  }

  pause(): void {
    if (this.#wanted === 'run') this.#wanted = 'pause';
  }

  resume(): void {
    if (this.#wanted === 'pause') this.#wanted = 'run';
    this.#allowed = 0;
    this.#wake();
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

  /** Ends the run at the next step; `run` resolves with null. */
  stop(): void {
    this.#wanted = 'stop';
    this.skipTuning();
    this.#wake();
  }

  /**
   * Runs to the end and resolves with the report, or with null if stopped. Rejects with what `failureOf`
   * knows; the GPU's buffers are given back in any case.
   */
  async run(): Promise<Report | null> {
    const { gpu } = this.#options;
    this.#recorder.start();
    try {
      this.#enter('preparing');
      const setup = await this.#watched(() => prepareRun(this.#options, this.#tuning.signal));
      const report = await this.#watched(() => this.#train(setup));
      this.#enter(report ? 'finished' : 'stopped');
      if (report) this.#options.emit({ type: 'report', report });
      return report;
    } catch (error) {
      this.#enter('failed');
      // What fails on a lost device fails in many ways; the loss is the reason.
      await Promise.resolve();
      throw this.#lost === null ? error : lostDevice(this.#lost);
    } finally {
      gpu.memory.releaseAll();
    }
  }

  /** Runs `work` inside error scopes, so that failing to allocate is told from other failures. */
  async #watched<Result>(work: () => Promise<Result>): Promise<Result> {
    const { device } = this.#options.gpu;
    device.pushErrorScope('out-of-memory');
    const outcome = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const memory = await device.popErrorScope().catch(() => null);
    if (memory) {
      throw new RunFailure('memory', `The device ran out of memory: ${memory.message}`);
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  async #train(setup: Setup): Promise<Report | null> {
    const { config, gpu, emit } = this.#options;
    const { set, stream, mask, trainer, evaluator, steps } = setup;
    const recorder = this.#recorder;

    const evaluate = async (after: number): Promise<Accuracies> => {
      this.#enter('evaluating');
      trainer.beginEvaluation();
      const accuracies = await evaluator.run((task) => {
        trainer.showTask(task);
      });
      trainer.endEvaluation();
      this.#check();
      emit({ type: 'accuracy', after, ...accuracies });
      return accuracies;
    };
    const untrained = await evaluate(-1);
    const rows: Accuracies[] = [];
    const created = gpu.memory.created;
    recorder.prepared();

    const run: Progress = {
      done: 0,
      removal: config.removal > 0 ? new DataRemoval(config, config.seed, config.epochs) : null,
      changes: [],
      removals: [],
    };
    let meanMs = Infinity;
    for (const task of stream.training) {
      await this.#load(set, task, trainer);
      const trainMs = recorder.trainMs;
      const { done } = run;
      if (!(await this.#trainTask(setup, task, run, meanMs))) return null;
      await this.#flush(trainer);
      recorder.progress({ task: task.index, epoch: config.epochs - 1, step: run.done, steps });
      rows.push(await evaluate(task.index));
      meanMs = (recorder.trainMs - trainMs) / (run.done - done);
    }
    const createdInTraining = gpu.memory.created - created;
    const { peakBytes } = gpu.memory;
    const bytesByKind = gpu.memory.bytesByKind();
    const draws = STRATEGIES[config.strategy].draws(config);
    const ledger = workLedger([...trainer.work, ...(mask?.work ?? [])], draws, steps);
    if (this.#options.profile === true) {
      const entries = await profilePlan(gpu, trainer.plan, PROFILE_RUNS);
      emit({ type: 'profile', entries });
    }
    const scenario = (
      of: 'classIncremental' | 'taskIncremental',
      each: readonly HeadAccuracies[] = rows,
    ) => {
      const matrix = each.map((row) => row[of]);
      return {
        untrained: untrained[of],
        matrix,
        metrics: continualMetrics(matrix, untrained[of]),
      };
    };
    const heads = rows.flatMap((row) => row.head ?? []);
    const head = heads.length === rows.length && {
      classIncremental: scenario('classIncremental', heads),
      taskIncremental: scenario('taskIncremental', heads),
    };
    return {
      schema: 'palimpsest-report/1',
      config,
      data: {
        name: set.name,
        title: set.title,
        classes: stream.evaluation.map(({ labels }) => labels.map((label) => set.classes[label]!)),
      },
      adapter: { ...gpu.adapter, features: [...gpu.adapter.features] },
      model: { ...setup.model, macsPerStep: trainer.macs },
      variants: setup.variants,
      classIncremental: scenario('classIncremental'),
      taskIncremental: scenario('taskIncremental'),
      ...(head && { head }),
      masks: run.changes.map(summaryOf),
      removals: run.removals.map((removal) => ({ ...removal, removed: removal.removed.length })),
      ...recorder.curves(),
      steps,
      dispatchesPerStep: trainer.plan.entries.length,
      buffersCreatedPerStep: createdInTraining / steps,
      peakGpuBytes: peakBytes,
      gpuBytesByKind: bytesByKind,
      trainingBytes: trainingBytes(bytesByKind),
      ledger,
      timing: recorder.timing(steps, trainer.submitter.submitsPerRun),
    };
  }

  /** Trains one task, whose images are on the GPU. False when the run is to stop. */
  async #trainTask(
    setup: Setup,
    task: TrainingTask,
    run: Progress,
    meanMs: number,
  ): Promise<boolean> {
    const { config, emit, gpu } = this.#options;
    const { trainer, mask, set, stream, steps } = setup;
    const recorder = this.#recorder;
    const { removal } = run;
    const { fresh = false }: Strategy = STRATEGIES[config.strategy];
    const place = { index: task.index, tasks: stream.training.length };
    const orderOf = (epoch: number, images: number): Uint32Array =>
      removal?.order(epoch) ?? epochOrder(config.seed, task.index, epoch, images);

    if (mask && task.index === 0) {
      const order = epochOrder(config.seed, task.index, 0, task.targets.length);
      const [indices] = batches(order, config);
      const load = (twin: Trainer) => this.#load(set, task, twin);
      const first = { task, indices: indices!, statistics: set, outputs: stream.outputs, load };
      await recorder.training(() => mask.begin({ gpu, config, ...first }));
    }
    if (mask && run.done === 0) emit({ type: 'masks', layers: mask.keeper.masks() });
    let taught = task;
    await recorder.training(async () => {
      taught = await trainer.beginTask(task);
    });
    trainer.submitter.remeasure(meanMs);
    removal?.beginTask(task.index, taught.targets.length, task.targets.length);
    trainer.tally?.reset();
    const own = fresh ? taught.targets.length : task.targets.length;
    const ofTask = stepsOfTask(config, own, taught.targets.length - own);
    let inTask = 0;
    let last: DueStep | null = null;
    const changeMask = async (due: DueStep): Promise<void> => {
      const change = await mask?.beforeStep(trainer, due);
      if (!change) return;
      run.changes.push(change);
      emit({ type: 'mask', change });
    };

    for (let epoch = 0; epoch < config.epochs; epoch++) {
      if (removal?.due(epoch) === true) {
        await recorder.training(() => this.#remove(trainer, removal, epoch, run));
      }
      for (const indices of batches(orderOf(epoch, taught.targets.length), config)) {
        if (!(await this.#gate(trainer))) return false;
        const scalars: StepScalars = {
          step: run.done,
          // Of a network that begins anew with a task, the optimiser does so too.
          update: (fresh ? inTask : run.done) + 1,
          rate: rateAt(config.rateSchedule, config.rate, inTask, ofTask),
          momentum: config.momentum,
          weightDecay: config.weightDecay,
          augment: config.augment,
        };
        const due = { place, task: taught, indices, scalars, inTask, ofTask };
        await recorder.training(async () => {
          await trainer.beforeStep(taught, inTask, ofTask);
          await changeMask(due);
          await trainer.step(taught, indices, scalars);
        });
        last = due;
        run.done++;
        inTask++;
        if (trainer.full) await this.#flush(trainer);
        if (recorder.due(REPORT_EVERY_MS) || this.#wanted === 'pause') {
          trainer.read(this.#deliver);
          recorder.progress({ task: task.index, epoch, step: run.done, steps });
        }
      }
      recorder.epochEnds(task.index, run.done);
    }
    await recorder.training(async () => {
      if (last) await changeMask({ ...last, inTask });
      await trainer.endTask(task);
    });
    return true;
  }

  /** Leaves images out from here on, by what has been counted since the last time. */
  async #remove(
    trainer: Trainer,
    removal: DataRemoval,
    epoch: number,
    run: Progress,
  ): Promise<void> {
    const tally = trainer.tally!;
    const event = removal.remove(epoch, await tally.read(tally.capacity));
    tally.reset();
    run.removals.push(event);
    this.#options.emit({ type: 'removal', removal: event });
  }

  /** Brings a task's images to the GPU, class after class. */
  async #load(set: ImageSet, task: TrainingTask, trainer: Trainer): Promise<void> {
    this.#enter('preparing');
    let at = 0;
    for (const [i, label] of task.labels.entries()) {
      const what = `images of ${set.classes[label]!}`;
      this.#options.emit({ type: 'preparing', what, done: i, of: task.labels.length });
      const images = await set.load(label, 'train', this.#options.config.imagesPerClass);
      trainer.images.write(at, images);
      at += images.length / IMAGE_BYTES;
    }
  }

  /** Waits while paused. False when the run is to stop. Throws if the device is gone or has failed. */
  async #gate(trainer: Trainer): Promise<boolean> {
    this.#check();
    while (this.#wanted === 'pause' && this.#allowed === 0) {
      if (this.#state !== 'paused') {
        await this.#flush(trainer);
        this.#enter('paused');
      } else {
        // What was asked for while the results were read has changed the condition; only now wait.
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      this.#check();
    }
    if (this.#wanted === 'stop') {
      // Nothing may be under way to a buffer when the buffers are given back.
      await this.#flush(trainer);
      return false;
    }
    if (this.#wanted === 'pause') this.#allowed--;
    this.#enter('training');
    return true;
  }

  /** Reads every result that is still on the GPU. */
  async #flush(trainer: Trainer): Promise<void> {
    while (trainer.unread > 0) {
      if (!trainer.read(this.#deliver)) await trainer.settled();
    }
    await trainer.settled();
  }

  readonly #deliver = (results: StepResult[]): void => {
    this.#recorder.results(results);
  };

  #check(): void {
    if (this.#lost !== null) throw lostDevice(this.#lost);
    const [error] = this.#options.gpu.errors;
    if (error !== undefined) throw new RunFailure('internal', `The GPU reported: ${error}`);
  }

  #enter(state: RunState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.emit({ type: 'state', state });
  }
}

const summaryOf = ({ layers, ...change }: MaskEvent): Report['masks'][number] => ({
  ...change,
  layers: layers.map(({ name, units, after, dropped, grown }) => ({
    ...{ name, units, live: after },
    dropped: dropped.length,
    grown: grown.length,
  })),
});

function lostDevice(why: string): RunFailure {
  return new RunFailure('device-lost', `The graphics device was lost (${why}).`);
}

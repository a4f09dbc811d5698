/**
 * One run, from config to report: opens the data, makes the plans, walks the stream, evaluates after every
 * task. The same class runs in the page's worker, in Node and in tests; all it needs is an open GPU, a
 * way to open the data, and somewhere to send events. It can be paused between any two steps.
 */
import { DataRemoval, type RemovalEvent } from '../../../continual/data-sparsity/data-removal.ts';
import type { Accuracies } from '../../../continual/evaluation/evaluator.ts';
import type { TaughtTask } from '../../../continual/strategies/strategy.ts';
import type { MaskEvent } from '../../../sparse/mask/mask-owner.ts';
import { batches, epochOrder, type TrainingTask } from '../../../continual/stream/stream.ts';
import type { StepResult, StepScalars, Trainer } from '../../../continual/step/trainer.ts';
import type { ImageSet } from '../../../data/image-set.ts';
import { rateAt } from '../../../nn/compile/optimizer.ts';
import { RunFailure } from '../run-failure.ts';
import type { DueStep } from '../assemble/mask-run.ts';
import { withinMemory } from '../assemble/memory-scope.ts';
import { Observer } from '../watch/observer.ts';
import { loadTask } from '../assemble/open-data.ts';
import { prepareRun, stepsOfTask, type PreparedRun, type RunOptions } from './prepare-run.ts';
import type { RunState } from '../../protocol.ts';
import { Recorder } from './step-log.ts';
import type { Report } from '../../report/report.ts';
import { runReport } from './run-report.ts';

export interface SessionOptions extends RunOptions {
  /** Waits before the first step, as after `pause`. */
  readonly paused?: boolean;
  /** Times every dispatch of a step once the run is over. */
  readonly profile?: boolean;
  /** Sends what only somebody who looks has a use for. */
  readonly watched?: boolean;
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
  /** Whether to wait once the present task has been evaluated. */
  #finishing = false;
  #wake: () => void = () => undefined;
  #lost: string | null = null;
  #observer: Observer | null = null;

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
      const setup = await withinMemory(gpu.device, () =>
        prepareRun(this.#options, this.#tuning.signal),
      );
      const report = await withinMemory(gpu.device, () => this.#train(setup));
      await this.#observer?.settle();
      this.#enter(report ? 'finished' : 'stopped');
      if (report) this.#options.emit({ type: 'report', report });
      return report;
    } catch (error) {
      this.#enter('failed');
      // What fails on a lost device fails in many ways; the loss is the reason.
      await Promise.resolve();
      throw this.#lost === null ? error : lostDevice(this.#lost);
    } finally {
      this.#observer?.close();
      gpu.memory.releaseAll();
    }
  }

  async #train(setup: PreparedRun): Promise<Report | null> {
    const { config, gpu, emit } = this.#options;
    const { set, stream, trainer, evaluator, steps } = setup;
    const recorder = this.#recorder;
    if (this.#options.watched === true) this.#observer = new Observer(this.#options, setup);

    const run: Progress = {
      done: 0,
      removal: config.removal > 0 ? new DataRemoval(config, config.seed, config.epochs) : null,
      changes: [],
      removals: [],
    };
    const evaluate = async (after: number): Promise<Accuracies> => {
      this.#enter('evaluating');
      trainer.strategy.beginEvaluation();
      const accuracies = await evaluator.run((task) => {
        trainer.strategy.showTask(task);
      });
      trainer.strategy.endEvaluation();
      this.#check();
      emit({ type: 'accuracy', at: run.done, after, ...accuracies });
      return accuracies;
    };
    const untrained = await evaluate(-1);
    const rows: Accuracies[] = [];
    const created = gpu.memory.created;
    recorder.prepared();

    let meanMs = Infinity;
    for (const task of stream.training) {
      if (run.done > 0 && !(await this.#held(trainer, run.done))) return null;
      await this.#load(set, task, trainer);
      const trainMs = recorder.trainMs;
      const { done } = run;
      if (!(await this.#trainTask(setup, task, run, meanMs))) return null;
      await this.#flush(trainer);
      recorder.progress({ task: task.index, epoch: config.epochs - 1, step: run.done, steps });
      rows.push(await evaluate(task.index));
      if (this.#finishing) this.pause();
      meanMs = (recorder.trainMs - trainMs) / (run.done - done);
    }
    const report = runReport({
      config,
      gpu,
      setup,
      recorder,
      untrained,
      rows,
      buffersCreated: gpu.memory.created - created,
      ...run,
    });
    if (this.#options.profile === true) {
      const { profilePlan } = await import('../../../gpu/timing.ts');
      const entries = await profilePlan(gpu, trainer.plan, PROFILE_RUNS);
      emit({ type: 'profile', entries });
    }
    return report;
  }

  /** Trains one task, whose images are on the GPU. False when the run is to stop. */
  async #trainTask(
    setup: PreparedRun,
    task: TrainingTask,
    run: Progress,
    meanMs: number,
  ): Promise<boolean> {
    const { config, emit, gpu } = this.#options;
    const { trainer, mask, set, shape, stream, steps } = setup;
    const recorder = this.#recorder;
    const { removal } = run;
    const place = { index: task.index, tasks: stream.training.length };
    const orderOf = (epoch: number, images: number): Uint32Array =>
      removal?.order(epoch) ?? epochOrder(config.seed, task.index, epoch, images);

    if (mask?.waits === true && task.index === 0) {
      const order = epochOrder(config.seed, task.index, 0, task.targets.length);
      const [indices] = batches(order, config);
      const load = (twin: Trainer) => this.#load(set, task, twin);
      const first = { gpu, config, shape, task, indices: indices!, load };
      await recorder.training(async () => {
        const { denseSaliency } = await import('../assemble/saliency.ts');
        const { gradients, work } = await denseSaliency(first);
        mask.begin(gradients, work);
      });
    }
    if (mask && run.done === 0) emit({ type: 'masks', layers: await mask.keeper.masks() });
    const begun = await recorder.training(() => trainer.beginTask(task));
    const { task: taught, joined, restarts }: TaughtTask = begun;
    const own = taught.targets.length - joined;
    trainer.submitter.remeasure(meanMs);
    removal?.beginTask(task.index, taught.targets.length, own);
    trainer.tally?.reset();
    const ofTask = stepsOfTask(config, own, joined);
    this.#observer?.stepped(run.done);
    let inTask = 0;
    let last: DueStep | null = null;
    const changeMask = async (due: DueStep): Promise<void> => {
      const change = await mask?.beforeStep(trainer, due);
      if (!change) return;
      run.changes.push(change);
      emit({ type: 'mask', at: run.done, change });
      this.#observer?.maskChanged(run.done);
    };

    for (let epoch = 0; epoch < config.epochs; epoch++) {
      if (removal?.due(epoch) === true) {
        const gone = await recorder.training(() => this.#remove(trainer, removal, epoch));
        await this.#removed(gone, taught, removal.kept, run);
      }
      for (const indices of batches(orderOf(epoch, taught.targets.length), config)) {
        if (!(await this.#gate(trainer, run.done))) return false;
        const scalars: StepScalars = {
          step: run.done,
          // The optimiser of a network that restarts with a task counts from there.
          update: (restarts ? inTask : run.done) + 1,
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
        this.#observer?.stepped(run.done);
        if (trainer.full) await this.#flush(trainer);
        if (recorder.due(REPORT_EVERY_MS) || this.#wanted === 'pause') {
          trainer.read(this.#deliver);
          recorder.progress({ task: task.index, epoch, step: run.done, steps });
        }
      }
      recorder.epochEnds(task.index, run.done);
    }
    await this.#observer?.lastStep(run.done);
    await recorder.training(async () => {
      if (last) await changeMask({ ...last, inTask });
      await trainer.endTask(task);
    });
    await this.#observer?.taskEnded(run.done);
    return true;
  }

  /** Leaves images out from here on, by what has been counted since the last time. */
  async #remove(trainer: Trainer, removal: DataRemoval, epoch: number): Promise<RemovalEvent> {
    const tally = trainer.tally!;
    const event = removal.remove(epoch, await tally.read(tally.capacity));
    tally.reset();
    return event;
  }

  async #removed(
    removal: RemovalEvent,
    task: TrainingTask,
    kept: Uint32Array,
    run: Progress,
  ): Promise<void> {
    run.removals.push(removal);
    const shown = await this.#observer?.removal(task, removal.removed, kept);
    this.#options.emit({ type: 'removal', at: run.done, removal, ...shown });
  }

  /** Brings a task's images to the GPU, class after class. */
  async #load(set: ImageSet, task: TrainingTask, trainer: Trainer): Promise<void> {
    this.#enter('preparing');
    await loadTask(set, task, {
      split: 'train',
      limit: this.#options.config.imagesPerClass,
      at: 0,
      to: trainer.images,
      onClass: (label, done) => {
        const what = `images of ${set.classes[label]!}`;
        this.#options.emit({ type: 'preparing', what, done, of: task.labels.length });
      },
    });
  }

  /** Waits while paused, and takes one of the steps that may be made. False when the run is to stop. */
  async #gate(trainer: Trainer, done: number): Promise<boolean> {
    if (!(await this.#held(trainer, done))) return false;
    if (this.#wanted === 'pause') this.#allowed--;
    this.#enter('training');
    return true;
  }

  /** Waits while paused. False when the run is to stop. Throws if the device is gone or has failed. */
  async #held(trainer: Trainer, done: number): Promise<boolean> {
    this.#check();
    while (this.#wanted === 'pause' && this.#allowed === 0) {
      if (this.#state !== 'paused') {
        await this.#flush(trainer);
        await this.#observer?.paused(done);
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

function lostDevice(why: string): RunFailure {
  return new RunFailure('device-lost', `The graphics device was lost (${why}).`);
}

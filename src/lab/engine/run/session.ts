/**
 * One run, from config to report: prepares it, follows its timeline, reports. The same class runs in the page's worker,
 * in Node and in tests; all it needs is an open GPU, a way to open the data, and somewhere to send events. It can be
 * paused between any two steps.
 */
import type { RunState } from '../../protocol.ts';
import type { Report } from '../../report/report.ts';
import { timeline } from '../../timeline/timeline.ts';
import { withinMemory } from '../assemble/memory-scope.ts';
import { Observer } from '../watch/observer.ts';
import { DeviceWatch } from './device-watch.ts';
import { prepareRun, type PreparedRun, type RunOptions } from './prepare-run.ts';
import { RunControl } from './run-control.ts';
import { runReport } from './run-report.ts';
import { StepLog } from './step-log.ts';
import { TimelineExecutor } from './timeline-executor.ts';

export interface SessionOptions extends RunOptions {
  /** Waits before the first step, as after `pause`. */
  readonly paused?: boolean;
  /** Times every dispatch of a step once the run is over. */
  readonly profile?: boolean;
  /** Also sends what only somebody who watches the run has a use for. */
  readonly watched?: boolean;
}

/** Steps over which a profile takes the mean. */
const PROFILE_RUNS = 10;

export class Session {
  readonly #options: SessionOptions;
  readonly #control: RunControl;
  readonly #device: DeviceWatch;
  readonly #log: StepLog;
  #state: RunState = 'idle';
  #observer: Observer | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#control = new RunControl(options.paused ?? false);
    this.#device = new DeviceWatch(options.gpu, () => {
      this.#control.wake();
    });
    this.#log = new StepLog(options.emit, options.config.batch);
  }

  pause(): void {
    this.#control.pause();
  }

  resume(): void {
    this.#control.resume();
  }

  /** Goes on to the end of the present task, its evaluation included, and waits there. */
  finishTask(): void {
    this.#control.finishTask();
  }

  /** Makes one training step, then waits again. */
  step(): void {
    this.#control.step();
  }

  /** Leaves the kernels that are not tuned yet as they are by default. */
  skipTuning(): void {
    this.#control.skipTuning();
  }

  /** Ends the run at the next step; `run` resolves with null. */
  stop(): void {
    this.#control.stop();
  }

  /**
   * Runs to the end and resolves with the report, or with null if stopped. Rejects with what `failureOf`
   * knows; the GPU's buffers are given back in any case.
   */
  async run(): Promise<Report | null> {
    const { gpu, emit } = this.#options;
    this.#log.start();
    try {
      this.#enter('preparing');
      const run = await withinMemory(gpu.device, () =>
        prepareRun(this.#options, this.#control.tuning),
      );
      const report = await withinMemory(gpu.device, () => this.#train(run));
      await this.#observer?.settle();
      this.#enter(report ? 'finished' : 'stopped');
      if (report) emit({ type: 'report', report });
      return report;
    } catch (error) {
      this.#enter('failed');
      throw await this.#device.reasonOf(error);
    } finally {
      this.#observer?.close();
      gpu.memory.releaseAll();
    }
  }

  async #train(run: PreparedRun): Promise<Report | null> {
    const { config, gpu, emit, watched = false, profile = false } = this.#options;
    this.#observer = watched ? new Observer(this.#options, run) : null;
    const executor = new TimelineExecutor({
      ...{ gpu, config, run, emit },
      log: this.#log,
      control: this.#control,
      device: this.#device,
      observer: this.#observer,
      enter: (state) => {
        this.#enter(state);
      },
    });
    if (!(await executor.follow(timeline(config, run.shape)))) return null;
    const report = runReport({ config, gpu, run, log: this.#log, results: executor });
    if (profile) {
      const { profilePlan } = await import('../../../gpu/timing.ts');
      const entries = await profilePlan(gpu, run.trainer.plan, PROFILE_RUNS);
      emit({ type: 'profile', entries });
    }
    return report;
  }

  #enter(state: RunState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.emit({ type: 'state', state });
  }
}

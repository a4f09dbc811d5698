/**
 * Runs on behalf of the page: owns the worker, the state folded from its events and the moment that is shown, and
 * turns what a visitor presses into commands. What is to run, and what follows a run, its owner says.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Command, Event, Message, RunNumber } from '../../lab/protocol.ts';
import type { Recording } from '../../lab/recording/recording.ts';
import type { EstimateAnswer } from '../controls/lab-estimate.ts';
import { isDeviceFailure } from '../parts/device-failure.ts';
import { Player } from './player.ts';
import { recordedRun } from './recorded-run.ts';
import { RunClient } from './run-client.ts';
import {
  beginRun,
  emptied,
  INITIAL,
  isAbout,
  openRecording,
  reduce,
  stepsDone,
  underWay,
  type LabState,
} from './run-state.ts';
import type { LabCommand } from '../parts/ui-events.ts';

/** A run that is to be started: the command without what the runner knows itself. */
export interface WantedRun extends Omit<
  Extract<Command, { type: 'start' }>,
  'type' | 'run' | 'base' | 'paused' | 'watched' | 'profile'
> {
  readonly preset: string;
}

export interface RunnerOwner {
  /** What Run starts. */
  wanted(): WantedRun;
  /** A device has been opened, or timed. */
  deviceKnown(): void;
  /** A run has come to its end, or was left, and has steps to show for it. */
  ended(recording: Recording): void;
  /** A run has come to its end by itself. */
  finished(): void;
}

export class Runner implements ReactiveController {
  readonly player: Player;
  lab: LabState = INITIAL;
  /** A command whose effect the worker has not reported yet. */
  asked: LabCommand | null = null;
  estimate: EstimateAnswer | null = null;
  #client: RunClient | null = null;
  /** Runs and measurements that were asked for, which numbers them. */
  #asked: RunNumber = 0;
  /** What was asked of an idle page besides a run: done as soon as the run stands ready. */
  #whenReady: Command | null = null;
  /** The run was told to stop, so that nothing follows it, even where it came to its end first. */
  #stopping = false;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly owner: RunnerOwner,
  ) {
    this.player = new Player(host);
    host.addController(this);
  }

  hostConnected(): void {
    this.send({ type: 'probe' });
  }

  hostDisconnected(): void {
    this.#client?.close();
    this.#client = null;
  }

  send(command: Command): void {
    this.#client ??= new RunClient((message) => {
      this.#receive(message);
    });
    this.#client.send(command);
  }

  get going(): boolean {
    return underWay(this.lab.run);
  }

  /** What is known of the device that a story is to suit. */
  get device(): { readonly gigaflops: number | null; readonly software: boolean } {
    return { gigaflops: this.lab.gigaflops, software: this.lab.adapter?.software ?? false };
  }

  /** No run can be made in this browser. */
  get lacksWebGpu(): boolean {
    const { adapter, failure } = this.lab;
    return adapter === null && failure !== null && isDeviceFailure(failure.kind);
  }

  /** Shows a recording as if it had just been run. */
  show(recording: Recording): void {
    const { recording: before } = this.lab;
    if (this.#leave() && before?.plan && stepsDone(this.lab) > 0) this.owner.ended(before);
    this.#playAnew(openRecording(this.lab, recording));
  }

  /** Times a step of the config that is shown, and of its dense twin. */
  measure(): void {
    const { recording, adapter } = this.lab;
    if (!recording || this.going || adapter === null) return;
    const run = ++this.#asked;
    this.lab = { ...this.lab, measuring: run };
    this.send({ type: 'measure', run, config: recording.config });
  }

  /** Starts what its owner wants; `then` is done once the run stands ready. */
  start(then: Command | null = null): void {
    const { preset, ...wanted } = this.owner.wanted();
    const run = ++this.#asked;
    this.lab = beginRun(this.lab, run, wanted.config, preset);
    this.player.reach(0);
    this.player.follow();
    this.#stopping = false;
    this.#whenReady = then;
    // Until the worker says that it prepares, there is no run that it could pause or stop.
    this.asked = 'run';
    this.send({
      type: 'start',
      run,
      ...wanted,
      base: document.baseURI,
      paused: then !== null,
      watched: true,
    });
    this.host.requestUpdate();
  }

  command(command: LabCommand): void {
    const { going } = this;
    switch (command) {
      case 'run':
        this.start();
        return;
      case 'step':
      case 'finish-task':
        if (!going) {
          this.start({ type: command });
          return;
        }
        break;
      case 'reset':
        this.#leave();
        this.lab = emptied(this.lab);
        this.player.reach(0);
        this.player.follow();
        return;
      case 'stop':
        this.#whenReady = null;
        if (!going) return;
        this.#stopping = true;
        break;
      case 'pause':
      case 'resume':
        break;
    }
    // Nothing is heard of it before the task is over, and until then the run can be paused.
    this.asked = command === 'finish-task' ? null : command;
    this.send({ type: command });
    this.host.requestUpdate();
  }

  /** Ends what is under way without waiting for it; false where nothing was. */
  #leave(): boolean {
    this.#whenReady = null;
    this.asked = null;
    if (!this.going) return false;
    this.send({ type: 'stop' });
    return true;
  }

  #receive(message: Message): void {
    const { event } = message;
    const shown = isAbout(this.lab, message);
    if (isOver(event, shown)) {
      queueMicrotask(() => {
        this.#timeDevice();
      });
    }
    if (!shown) return;
    const { going } = this;
    this.lab = reduce(this.lab, message);
    this.player.reach(stepsDone(this.lab));
    this.host.requestUpdate();
    switch (event.type) {
      case 'estimate':
        this.estimate = event;
        break;
      case 'adapter':
        this.owner.deviceKnown();
        this.#timeDevice();
        break;
      case 'speed':
        this.owner.deviceKnown();
        break;
      case 'failure':
        this.#fail(message.run === null ? going : message.run === this.lab.shown);
        break;
      case 'report':
        this.#keep();
        if (!this.#stopping) this.owner.finished();
        break;
      case 'state':
        this.asked = null;
        if (event.state === 'stopped') this.#keep();
        if (event.state === 'paused') this.#goOnReady();
        break;
      default:
    }
  }

  /** `ended` says whether the run that is shown has ended with it. */
  #fail(ended: boolean): void {
    this.asked = null;
    // The next run gets a fresh worker: one that lost its device or threw is not to be trusted.
    this.#client?.close();
    this.#client = null;
    if (this.lacksWebGpu) void this.#showRecorded();
    if (ended && stepsDone(this.lab) > 0) this.#keep();
  }

  #keep(): void {
    const { recording } = this.lab;
    if (recording?.plan) this.owner.ended(recording);
  }

  #goOnReady(): void {
    if (this.#whenReady === null) return;
    this.send(this.#whenReady);
    this.#whenReady = null;
  }

  /** A run that begins before the device has been timed keeps it from that; then it is done after the run. */
  #timeDevice(): void {
    if (this.lab.gigaflops === null && !this.going) this.send({ type: 'speed' });
  }

  /** What a visitor without a GPU can look at; the device's line says what to do about it. */
  async #showRecorded(): Promise<void> {
    const shown = (): boolean => this.lab.recording !== null;
    if (shown()) return;
    const recording = await recordedRun().catch(() => null);
    // One may have been opened while this was fetched.
    if (!recording || shown()) return;
    this.#playAnew({ ...openRecording(this.lab, recording), failure: this.lab.failure });
  }

  #playAnew(lab: LabState): void {
    this.lab = lab;
    this.player.reach(stepsDone(lab));
    this.player.seek(0);
    this.player.play();
  }
}

/** Whether the worker has nothing more to do for a run. After the failure of one that is shown it is replaced. */
function isOver(event: Event, shown: boolean): boolean {
  return (
    event.type === 'report' ||
    (event.type === 'state' && event.state === 'stopped') ||
    (event.type === 'failure' && !shown)
  );
}

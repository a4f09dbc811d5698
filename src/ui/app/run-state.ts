/**
 * Everything the page knows, folded from the worker's messages by one function: where the run stands now, and its
 * recording, from which all views draw. The recording grows in place; `version` says that it has. Messages of runs
 * that are no longer shown change nothing.
 */
import type { Config } from '../../lab/config/config.ts';
import type {
  AdapterSummary,
  Event,
  Failure,
  Message,
  RunNumber,
  RunState,
} from '../../lab/protocol.ts';
import {
  newRecording,
  record,
  recordedSteps,
  type Recording,
} from '../../lab/recording/recording.ts';

type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>;

export type Progress = Omit<EventOf<'progress'>, 'type'>;
export type Preparing = Omit<EventOf<'preparing'>, 'type'>;

export interface LabState {
  readonly run: RunState;
  /** The run that is shown; null where none is, or where a recording was opened. */
  readonly shown: RunNumber | null;
  /** The measurement of the shown recording that was asked for last. */
  readonly measuring: RunNumber | null;
  readonly adapter: AdapterSummary | null;
  /** What the device makes of dense convolutions, in 10⁹ floating-point operations a second. */
  readonly gigaflops: number | null;
  readonly preparing: Preparing | null;
  readonly progress: Progress | null;
  /** Of what runs, or ran last, or was opened to be looked at. */
  readonly recording: Recording | null;
  /** Counts what was added to the recording. */
  readonly version: number;
  readonly failure: Failure | null;
}

export const INITIAL: LabState = {
  run: 'idle',
  shown: null,
  measuring: null,
  adapter: null,
  gigaflops: null,
  preparing: null,
  progress: null,
  recording: null,
  version: 0,
  failure: null,
};

/** A clean page for the next run; the device stays known. */
export function beginRun(
  { adapter, gigaflops }: LabState,
  shown: RunNumber,
  config: Config,
  preset: string | null,
): LabState {
  const recording = newRecording(config, preset);
  recording.adapter = adapter;
  return { ...INITIAL, adapter, gigaflops, run: 'preparing', shown, recording };
}

/** A page without a run; the device stays known. */
export function emptied({ adapter, gigaflops }: LabState): LabState {
  return { ...INITIAL, adapter, gigaflops };
}

/** The page with a recording opened on it, and nothing under way. */
export function openRecording({ adapter, gigaflops }: LabState, recording: Recording): LabState {
  return { ...INITIAL, adapter, gigaflops, recording };
}

/** Whether a run is under way, so that it can be paused or stopped and its config must hold still. */
export function underWay(run: RunState): boolean {
  return run === 'preparing' || run === 'training' || run === 'evaluating' || run === 'paused';
}

/** Steps known to be done: losses may be ahead of the last progress, which comes ten times a second. */
export function stepsDone({ recording }: LabState): number {
  return recording ? recordedSteps(recording) : 0;
}

/** Share of the run's steps that are done, in [0, 1]; 0 before there is a plan. */
export function shareDone(state: LabState): number {
  const steps = state.recording?.plan?.steps ?? 0;
  return steps === 0 ? 0 : stepsDone(state) / steps;
}

/** Whether a message is about what the page shows: its run, the measurement it waits for, or the device. */
export function isAbout({ shown, measuring }: LabState, { run }: Message): boolean {
  return run === null || run === shown || run === measuring;
}

/** The state after one message of the worker. */
export function reduce(state: LabState, message: Message): LabState {
  if (!isAbout(state, message)) return state;
  const { event } = message;
  const grown = state.recording !== null && record(state.recording, event);
  const next = grown ? { ...state, version: state.version + 1 } : state;
  switch (event.type) {
    case 'adapter':
      return { ...next, adapter: event.adapter };
    case 'speed':
      return { ...next, gigaflops: event.gigaflops };
    case 'state':
      return {
        ...next,
        run: event.state,
        preparing: event.state === 'preparing' ? next.preparing : null,
      };
    case 'preparing':
      return { ...next, preparing: event };
    case 'progress':
      return { ...next, progress: event };
    case 'failure':
      return {
        ...next,
        // A probe that fails is no failed run.
        run: underWay(next.run) ? 'failed' : next.run,
        preparing: null,
        failure: event.failure,
      };
    default:
      return next;
  }
}

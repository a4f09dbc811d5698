/**
 * Everything the page knows, folded from the worker's events by one function: where the run stands now, and its
 * recording, from which all views draw. The recording grows in place; `version` says that it has.
 */
import type { Config } from '../../lab/config/config.ts';
import type { AdapterSummary, Event, Failure, RunState } from '../../lab/protocol.ts';
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
  config: Config,
  preset: string | null,
): LabState {
  const recording = newRecording(config, preset);
  recording.adapter = adapter;
  return { ...INITIAL, adapter, gigaflops, run: 'preparing', recording };
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

/** The state after one event of the worker. */
export function reduce(state: LabState, event: Event): LabState {
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
        // A run that was taken off the page ends as if it had not been.
        run: event.state === 'stopped' && next.recording === null ? 'idle' : event.state,
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

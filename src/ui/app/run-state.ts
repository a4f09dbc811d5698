/**
 * Everything the page knows of a run, folded from the worker's events by one pure function. Elements
 * draw from this and from nothing else.
 */
import type { Config } from '../../lab/config.ts';
import type { AdapterSummary, Event, Failure, RunState } from '../../lab/protocol.ts';
import type { Report } from '../../lab/report.ts';

type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>;

export type Plan = Omit<EventOf<'plan'>, 'type'>;
export type Progress = Omit<EventOf<'progress'>, 'type'>;
export type Preparing = Omit<EventOf<'preparing'>, 'type'>;

/** Which classes an answer may be among: all of the stream's, or those of the image's own task. */
export type Scenario = 'classIncremental' | 'taskIncremental';

export interface LabState {
  readonly run: RunState;
  /** What runs, or ran last; the controls may have moved on since. */
  readonly config: Config | null;
  readonly adapter: AdapterSummary | null;
  readonly preparing: Preparing | null;
  readonly notices: readonly string[];
  readonly plan: Plan | null;
  readonly progress: Progress | null;
  /** Mean loss of every step so far; NaN where the worker left a gap. */
  readonly loss: readonly number[];
  /** Share of its current images that each step classified rightly, beside `loss`. */
  readonly right: readonly number[];
  /** Steps that were done when each task ended. */
  readonly taskEnds: readonly number[];
  /** R before any training, then R[i][j], row by row as tasks end; joint training has one row. */
  readonly untrained: Readonly<Record<Scenario, readonly number[]>> | null;
  readonly matrix: Readonly<Record<Scenario, readonly (readonly number[])[]>>;
  readonly report: Report | null;
  readonly failure: Failure | null;
}

export const INITIAL: LabState = {
  run: 'idle',
  config: null,
  adapter: null,
  preparing: null,
  notices: [],
  plan: null,
  progress: null,
  loss: [],
  right: [],
  taskEnds: [],
  untrained: null,
  matrix: { classIncremental: [], taskIncremental: [] },
  report: null,
  failure: null,
};

/** A clean page for the next run; the device stays known. */
export function beginRun(state: LabState, config: Config): LabState {
  return { ...INITIAL, adapter: state.adapter, config, run: 'preparing' };
}

/** Whether a run is under way, so that it can be paused or stopped and its config must hold still. */
export function underWay(run: RunState): boolean {
  return run === 'preparing' || run === 'training' || run === 'evaluating' || run === 'paused';
}

/** Steps known to be done: losses may be ahead of the last progress, which comes ten times a second. */
export function stepsDone({ loss, progress }: LabState): number {
  return Math.max(loss.length, progress?.step ?? 0);
}

/** Share of the run's steps that are done, in [0, 1]; 0 before there is a plan. */
export function shareDone(state: LabState): number {
  const steps = state.plan?.steps ?? 0;
  return steps === 0 ? 0 : stepsDone(state) / steps;
}

function withLoss(state: LabState, event: EventOf<'loss'>): LabState {
  const put = (series: readonly number[], values: readonly number[]): readonly number[] => {
    const before = series.slice(0, event.from);
    const gap = new Array<number>(event.from - before.length).fill(Number.NaN);
    return before.concat(gap, values);
  };
  return {
    ...state,
    loss: put(state.loss, event.loss),
    right: put(state.right, event.accuracy),
  };
}

function withRow(state: LabState, event: EventOf<'accuracy'>): LabState {
  const { after, classIncremental, taskIncremental } = event;
  if (after < 0) return { ...state, untrained: { classIncremental, taskIncremental } };
  const put = <T>(rows: readonly T[], row: T): readonly T[] => [...rows.slice(0, after), row];
  return {
    ...state,
    matrix: {
      classIncremental: put(state.matrix.classIncremental, classIncremental),
      taskIncremental: put(state.matrix.taskIncremental, taskIncremental),
    },
    taskEnds: put(state.taskEnds, stepsDone(state)),
  };
}

/** The state after one event of the worker. */
export function reduce(state: LabState, event: Event): LabState {
  switch (event.type) {
    case 'adapter':
      return { ...state, adapter: event.adapter };
    case 'state':
      return {
        ...state,
        run: event.state,
        preparing: event.state === 'preparing' ? state.preparing : null,
      };
    case 'preparing':
      return { ...state, preparing: event };
    case 'notice':
      return state.notices.includes(event.message)
        ? state
        : { ...state, notices: [...state.notices, event.message] };
    case 'plan':
      return { ...state, plan: event };
    case 'progress':
      return { ...state, progress: event };
    case 'loss':
      return withLoss(state, event);
    case 'accuracy':
      return withRow(state, event);
    case 'masks':
    case 'mask':
    case 'removal':
    case 'profile':
      return state;
    case 'report':
      return { ...state, report: event.report };
    case 'failure':
      return {
        ...state,
        // A probe that fails is no failed run.
        run: underWay(state.run) ? 'failed' : state.run,
        preparing: null,
        failure: event.failure,
      };
  }
}

/** The fold of the worker's messages into the page's state, on a short run written out by hand. */
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import type { Event } from '../../../src/lab/protocol.ts';
import {
  beginRun,
  emptied,
  INITIAL,
  openRecording,
  reduce,
  shareDone,
  stepsDone,
  underWay,
  type LabState,
} from '../../../src/ui/app/run-state.ts';

const adapter = { vendor: 'v', architecture: 'a', description: '', software: true, features: [] };
const progress = (step: number, task: number): Event => ({
  type: 'progress',
  task,
  epoch: 0,
  step,
  steps: 4,
  imagesPerSecond: 10,
  etaSeconds: 1,
});
const row = (at: number, after: number, ci: readonly number[], ti: readonly number[]): Event => ({
  type: 'accuracy',
  at,
  after,
  classIncremental: ci,
  taskIncremental: ti,
});
const loss = (from: number, values: readonly number[], accuracy: readonly number[]): Event => ({
  type: 'loss',
  from,
  loss: values,
  accuracy,
});

const STORY: readonly Event[] = [
  { type: 'adapter', adapter },
  { type: 'state', state: 'preparing' },
  { type: 'preparing', what: 'kernels', done: 2, of: 9 },
  { type: 'notice', message: 'cite me' },
  { type: 'notice', message: 'cite me' },
  {
    type: 'plan',
    tasks: [
      { name: 'one', classes: ['a', 'b'], heads: [0, 1] },
      { name: 'two', classes: ['c', 'd'], heads: [2, 3] },
    ],
    taskEnds: [2, 4],
    steps: 4,
    parameters: 7,
    macsPerStep: 9,
  },
  row(0, -1, [0.5, 0], [0.5, 0.4]),
  { type: 'state', state: 'training' },
  loss(0, [2, 1], [0.4, 0.6]),
  progress(2, 0),
  row(2, 0, [0.9, 0], [0.9, 0.5]),
  loss(2, [3, 1.5], [0.1, 0.7]),
  progress(4, 1),
  row(4, 1, [0.2, 0.8], [0.7, 0.8]),
  { type: 'state', state: 'finished' },
];

const begun = (): LabState => beginRun(INITIAL, 1, DEFAULTS, 'pocket-er');
/** An event of run 1, or of another, or of none. */
const told = (state: LabState, event: Event, run: number | null = 1): LabState =>
  reduce(state, { run, event });
const play = (events: readonly Event[], from: LabState = begun()): LabState =>
  events.reduce((state, event) => told(state, event), from);

describe('reduce', () => {
  it('holds a whole run', () => {
    const end = play(STORY);
    expect(end.run).toBe('finished');
    expect(end.adapter).toEqual(adapter);
    expect(end.preparing).toBeNull();
    expect(end.progress?.step).toBe(4);
    const { recording } = end;
    expect(recording?.notices).toEqual(['cite me']);
    expect(recording?.plan?.tasks.map((task) => task.name)).toEqual(['one', 'two']);
    expect(recording?.loss).toEqual([2, 1, 3, 1.5]);
    expect(recording?.right).toEqual([0.4, 0.6, 0.1, 0.7]);
    expect(recording?.accuracy.map(({ at, classIncremental }) => [at, classIncremental])).toEqual([
      [0, [0.5, 0]],
      [2, [0.9, 0]],
      [4, [0.2, 0.8]],
    ]);
    expect(stepsDone(end)).toBe(4);
    expect(shareDone(end)).toBe(1);
  });

  it('tells that the recording has grown, and only then', () => {
    const before = begun();
    const state = told(before, { type: 'state', state: 'preparing' });
    expect(state.version).toBe(before.version);
    expect(told(state, loss(0, [1], [1])).version).toBe(before.version + 1);
  });

  it('shows what is being prepared only while preparing', () => {
    expect(play(STORY.slice(0, 3)).preparing).toMatchObject({ what: 'kernels', done: 2, of: 9 });
    expect(play(STORY.slice(0, 8)).preparing).toBeNull();
  });

  it('keeps what was measured when a run fails', () => {
    const failure = { kind: 'device-lost', message: 'gone' } as const;
    const end = play([...STORY.slice(0, 10), { type: 'failure', failure }]);
    expect(end.run).toBe('failed');
    expect(end.failure).toEqual(failure);
    expect(end.recording?.loss).toEqual([2, 1]);
  });

  it('takes a failed probe for what it is', () => {
    const failure = { kind: 'no-adapter', message: 'none' } as const;
    const state = told(INITIAL, { type: 'failure', failure }, null);
    expect(state.run).toBe('idle');
    expect(state.failure).toEqual(failure);
  });

  it('takes nothing from a run that is not shown', () => {
    const failure = { kind: 'memory', message: 'too large' } as const;
    const late: readonly Event[] = [...STORY.slice(1), { type: 'failure', failure }];
    const second = beginRun(play(STORY.slice(0, 8)), 2, DEFAULTS, 'pocket-er');
    for (const before of [second, emptied(second), openRecording(second, second.recording!)]) {
      for (const event of late) expect(told(before, event, 1)).toBe(before);
    }
    expect(second.recording).toMatchObject({ plan: null, loss: [], accuracy: [], notices: [] });
  });

  it('takes the measurement that it waits for, and no earlier one', () => {
    const time = { ms: 1, kinds: null };
    const waiting: LabState = { ...play(STORY), measuring: 3 };
    const measured: Event = { type: 'measured', sparse: time, dense: time };
    expect(told(waiting, measured, 2).recording?.measured).toBeNull();
    expect(told(waiting, measured, 3).recording?.measured).toMatchObject({ sparse: time });
  });
});

describe('beginRun', () => {
  it('forgets the last run but not the device', () => {
    const { recording, ...state } = beginRun(play(STORY), 2, DEFAULTS, 'pocket-er');
    const { recording: none, ...initial } = INITIAL;
    expect(none).toBeNull();
    expect(state).toEqual({ ...initial, adapter, run: 'preparing', shown: 2 });
    expect(recording).toMatchObject({ config: DEFAULTS, preset: 'pocket-er', adapter, loss: [] });
  });
});

it('a recording is opened with nothing under way', () => {
  const { recording } = play(STORY);
  const state = openRecording(play(STORY.slice(0, 8)), recording!);
  expect(state).toMatchObject({ run: 'idle', adapter, recording });
});

it('a run is under way from its preparation until it ends', () => {
  const states = ['preparing', 'training', 'evaluating', 'paused'] as const;
  expect(states.every(underWay)).toBe(true);
  const others = ['idle', 'finished', 'stopped', 'failed'] as const;
  expect(others.some(underWay)).toBe(false);
});

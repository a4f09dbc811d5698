/** The fold of the worker's events into the page's state, on a short run written out by hand. */
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config.ts';
import type { Event } from '../../../src/lab/protocol.ts';
import { beginRun, INITIAL, reduce, underWay } from '../../../src/ui/app/run-state.ts';
import type { LabState } from '../../../src/ui/app/run-state.ts';

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
const row = (after: number, ci: readonly number[], ti: readonly number[]): Event => ({
  type: 'accuracy',
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
      { name: 'one', classes: ['a', 'b'] },
      { name: 'two', classes: ['c', 'd'] },
    ],
    steps: 4,
    parameters: 7,
    macsPerStep: 9,
  },
  row(-1, [0.5, 0], [0.5, 0.4]),
  { type: 'state', state: 'training' },
  loss(0, [2, 1], [0.4, 0.6]),
  progress(2, 0),
  row(0, [0.9, 0], [0.9, 0.5]),
  loss(2, [3, 1.5], [0.1, 0.7]),
  progress(4, 1),
  row(1, [0.2, 0.8], [0.7, 0.8]),
  { type: 'state', state: 'finished' },
];

const play = (events: readonly Event[], from: LabState = INITIAL): LabState =>
  events.reduce(reduce, from);

describe('reduce', () => {
  it('holds a whole run', () => {
    const end = play(STORY);
    expect(end.run).toBe('finished');
    expect(end.adapter).toEqual(adapter);
    expect(end.notices).toEqual(['cite me']);
    expect(end.preparing).toBeNull();
    expect(end.plan?.tasks.map((task) => task.name)).toEqual(['one', 'two']);
    expect(end.loss).toEqual([2, 1, 3, 1.5]);
    expect(end.right).toEqual([0.4, 0.6, 0.1, 0.7]);
    expect(end.untrained?.taskIncremental).toEqual([0.5, 0.4]);
    expect(end.matrix.classIncremental).toEqual([
      [0.9, 0],
      [0.2, 0.8],
    ]);
    expect(end.matrix.taskIncremental[1]).toEqual([0.7, 0.8]);
    expect(end.taskEnds).toEqual([2, 4]);
    expect(end.progress?.step).toBe(4);
  });

  it('shows what is being prepared only while preparing', () => {
    expect(play(STORY.slice(0, 3)).preparing).toMatchObject({ what: 'kernels', done: 2, of: 9 });
    expect(play(STORY.slice(0, 8)).preparing).toBeNull();
  });

  it('never changes a state that it was given', () => {
    let state: LabState = INITIAL;
    for (const event of STORY) {
      const before = structuredClone(state);
      const next = reduce(state, event);
      expect(state).toEqual(before);
      state = next;
    }
  });

  it('puts losses where they belong when some are sent again or are missing', () => {
    const again = play([loss(0, [5, 4, 3], []), loss(1, [9], [])]);
    expect(again.loss).toEqual([5, 9]);
    const gap = play([loss(0, [5], []), loss(3, [2], [])]);
    expect(gap.loss).toEqual([5, Number.NaN, Number.NaN, 2]);
  });

  it('keeps what was measured when a run fails', () => {
    const failure = { kind: 'device-lost', message: 'gone' } as const;
    const end = play([...STORY.slice(0, 10), { type: 'failure', failure }]);
    expect(end.run).toBe('failed');
    expect(end.failure).toEqual(failure);
    expect(end.loss).toEqual([2, 1]);
  });

  it('takes a failed probe for what it is', () => {
    const failure = { kind: 'no-adapter', message: 'none' } as const;
    const state = play([{ type: 'failure', failure }]);
    expect(state.run).toBe('idle');
    expect(state.failure).toEqual(failure);
  });
});

describe('beginRun', () => {
  it('forgets the last run but not the device', () => {
    expect(beginRun(play(STORY), DEFAULTS)).toEqual({
      ...INITIAL,
      adapter,
      config: DEFAULTS,
      run: 'preparing',
    });
  });
});

it('a run is under way from its preparation until it ends', () => {
  const states = ['preparing', 'training', 'evaluating', 'paused'] as const;
  expect(states.every(underWay)).toBe(true);
  const others = ['idle', 'finished', 'stopped', 'failed'] as const;
  expect(others.some(underWay)).toBe(false);
});

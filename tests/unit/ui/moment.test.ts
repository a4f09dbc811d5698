/** What the views read of a recording at a moment, on a run of three tasks written out by hand. */
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import type { Event } from '../../../src/lab/protocol.ts';
import { newRecording, record, type Recording } from '../../../src/lab/recording/recording.ts';
import {
  divergedBy,
  hasHeadReadout,
  matrixAt,
  rateOfStep,
  taskAt,
  taskEndsAt,
} from '../../../src/ui/view/moment.ts';

const task = (name: string, heads: readonly number[]) => ({ name, classes: ['a', 'b'], heads });

/** Tasks of 4, 2 and 6 steps. */
const PLAN: Event = {
  type: 'plan',
  tasks: [task('one', [0, 1]), task('two', [2, 3]), task('three', [4, 5])],
  taskEnds: [4, 6, 12],
  steps: 12,
  parameters: 1,
  macsPerStep: 1,
};

const row = (after: number, at: number, first: number): Event => ({
  type: 'accuracy',
  after,
  at,
  classIncremental: [first, 0.1, 0.2],
  taskIncremental: [first / 2, 0.3, 0.4],
  head: { classIncremental: [first / 4, 0, 0], taskIncremental: [first / 8, 0, 0] },
});

function recorded(config: Partial<typeof DEFAULTS> = {}): Recording {
  const recording = newRecording({ ...DEFAULTS, ...config }, null, '2026-01-01T00:00:00.000Z');
  for (const event of [PLAN, row(-1, 0, 0.5), row(0, 4, 0.9), row(1, 6, 0.6), row(2, 12, 0.2)]) {
    record(recording, event);
  }
  return recording;
}

describe('matrixAt', () => {
  it('has the rows of the tasks that were over by then', () => {
    const at = (steps: number) => matrixAt(recorded(), steps, 'classIncremental');
    expect(at(0)).toEqual({ untrained: [0.5, 0.1, 0.2], rows: [], testedAt: [] });
    expect(at(3).rows).toEqual([]);
    expect(at(4).rows).toEqual([[0.9, 0.1, 0.2]]);
    expect(at(11)).toEqual({
      untrained: [0.5, 0.1, 0.2],
      rows: [
        [0.9, 0.1, 0.2],
        [0.6, 0.1, 0.2],
      ],
      testedAt: [4, 6],
    });
    expect(at(12).rows.map(([first]) => first)).toEqual([0.9, 0.6, 0.2]);
  });

  it('reads the scenario and the readout asked for', () => {
    const recording = recorded();
    expect(matrixAt(recording, 4, 'taskIncremental').rows).toEqual([[0.45, 0.3, 0.4]]);
    expect(matrixAt(recording, 4, 'classIncremental', 'head').rows).toEqual([[0.225, 0, 0]]);
    expect(matrixAt(recording, 4, 'taskIncremental', 'head').untrained).toEqual([0.0625, 0, 0]);
    expect(hasHeadReadout(recording)).toBe(true);
  });

  it('has nothing of a head that was not measured', () => {
    const recording = newRecording(DEFAULTS, null);
    record(recording, {
      type: 'accuracy',
      after: 0,
      at: 1,
      classIncremental: [1],
      taskIncremental: [1],
    });
    expect(hasHeadReadout(recording)).toBe(false);
    expect(matrixAt(recording, 9, 'classIncremental', 'head')).toEqual({
      untrained: null,
      rows: [],
      testedAt: [],
    });
  });
});

it('a moment belongs to the task of the step that comes next', () => {
  const recording = recorded();
  expect([0, 3, 4, 5, 6, 11, 12, 99].map((at) => taskAt(recording, at))).toEqual([
    0, 0, 1, 1, 2, 2, 2, 2,
  ]);
  expect([3, 4, 6, 12].map((at) => taskEndsAt(recording, at))).toEqual([
    [],
    [4],
    [4, 6],
    [4, 6, 12],
  ]);
  expect(taskAt(newRecording(DEFAULTS, null), 5)).toBe(0);
});

it('a run has diverged from where its loss is no number any more, and not at a gap', () => {
  const recording = recorded();
  expect(divergedBy(recording, 4)).toBe(false);
  const gap: Event = { type: 'loss', from: 1, loss: [1, 2], accuracy: [0, 0] };
  record(recording, gap);
  expect([0, 1, 2, 3, 9].map((at) => divergedBy(recording, at))).toEqual(Array(5).fill(false));
  record(recording, { ...gap, from: 3, loss: [Number.POSITIVE_INFINITY, Number.NaN] });
  expect([2, 3, 4, 5, 9].map((at) => divergedBy(recording, at))).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

describe('rateOfStep', () => {
  it('stays where it is constant', () => {
    const recording = recorded({ rate: 0.05, rateSchedule: 'constant' });
    expect([0, 5, 12].map((at) => rateOfStep(recording, at))).toEqual([0.05, 0.05, 0.05]);
  });

  it('falls by half a cosine in each task and begins anew with the next', () => {
    const recording = recorded({ rate: 0.2, rateSchedule: 'cosine' });
    const root = Math.SQRT1_2;
    // Of four steps: (1 + cos 0, 45°, 90°, 135°) / 2; of two: cos 0, 90°; of six: cos 0, 30° … 150°.
    const shares = [1, (1 + root) / 2, 0.5, (1 - root) / 2, 1, 0.5, 1];
    shares.forEach((share, at) => {
      expect(rateOfStep(recording, at)).toBeCloseTo(0.2 * share, 12);
    });
    const last = (0.2 * (1 - Math.sqrt(3) / 2)) / 2;
    expect(rateOfStep(recording, 11)).toBeCloseTo(last, 12);
    expect(rateOfStep(recording, 12)).toBeCloseTo(last, 12);
  });

  it('is unknown without a plan', () => {
    expect(rateOfStep(newRecording(DEFAULTS, null), 0)).toBeNull();
  });
});

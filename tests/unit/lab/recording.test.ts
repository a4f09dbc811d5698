/** A recording keeps what was sent, in order, thins out what comes for ever, and can be asked for any step. */
import { describe, expect, test } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import type { Event } from '../../../src/lab/protocol.ts';
import { MOMENTS } from '../../../src/lab/recording/moments.ts';
import {
  countAt,
  latest,
  newRecording,
  record,
  recordedSteps,
} from '../../../src/lab/recording/recording.ts';

const recording = () => newRecording(DEFAULTS, 'pocket-er', '2020-01-02T03:04:05.000Z');

const loss = (from: number, values: readonly number[]): Event => ({
  type: 'loss',
  from,
  loss: values,
  accuracy: values.map((value) => value / 10),
});
const units = (at: number): Event => ({
  type: 'units',
  at,
  layers: [{ name: 'conv2', weight: Float32Array.of(at), gradient: Float32Array.of(-at) }],
});
const progress = (step: number): Event => ({
  type: 'progress',
  task: 0,
  epoch: 0,
  step,
  steps: 5000,
  imagesPerSecond: 2 * step,
  etaSeconds: 0,
});

describe('record', () => {
  test('puts losses where their steps are, and gaps where none came', () => {
    const run = recording();
    expect(record(run, loss(0, [3, 2]))).toBe(true);
    record(run, loss(4, [1]));
    expect(run.loss).toEqual([3, 2, NaN, NaN, 1]);
    expect(run.right).toEqual([0.3, 0.2, NaN, NaN, 0.1]);
    record(run, loss(2, [2.5, 1.5]));
    expect(run.loss).toEqual([3, 2, 2.5, 1.5, 1]);
    expect(recordedSteps(run)).toBe(5);
    record(run, progress(9));
    expect(recordedSteps(run)).toBe(9);
  });

  test('keeps a notice once, and the last of what there is one of', () => {
    const run = recording();
    expect(record(run, { type: 'notice', message: 'a' })).toBe(true);
    expect(record(run, { type: 'notice', message: 'a' })).toBe(false);
    record(run, { type: 'notice', message: 'b' });
    expect(run.notices).toEqual(['a', 'b']);
    const time = { ms: 1, kinds: null };
    record(run, { type: 'measured', sparse: time, dense: time });
    record(run, { type: 'measured', sparse: time, dense: { ms: 3, kinds: null } });
    expect(run.measured).toMatchObject({ sparse: { ms: 1 }, dense: { ms: 3 } });
  });

  test('keeps nothing of what is over when it has happened', () => {
    const run = recording();
    const before = JSON.stringify(run);
    const passing: Event[] = [
      { type: 'state', state: 'training' },
      { type: 'preparing', what: 'data', done: 0, of: 0 },
      { type: 'profile', entries: null },
      { type: 'speed', gigaflops: 3 },
      { type: 'failure', failure: { kind: 'data', message: 'no' } },
    ];
    for (const event of passing) expect(record(run, event)).toBe(false);
    expect(JSON.stringify(run)).toBe(before);
  });

  test('keeps every event that is rare', () => {
    const run = recording();
    for (let at = 0; at < 500; at++) {
      record(run, {
        type: 'accuracy',
        at,
        after: at - 1,
        classIncremental: [],
        taskIncremental: [],
      });
    }
    expect(run.accuracy.map(({ at }) => at)).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });

  test('thins out snapshots evenly: first and last stay, in order', () => {
    const run = recording();
    for (let at = 1; at <= 5000; at++) {
      record(run, units(at));
      expect(run.units.length).toBeLessThanOrEqual(MOMENTS.units.most!);
      expect(run.units.at(-1)?.at).toBe(at);
    }
    expect(run.units[0]?.at).toBe(1);
    const ats = run.units.map(({ at }) => at);
    expect(ats).toEqual([...new Set(ats)].sort((a, b) => a - b));
    expect(run.units.length).toBeGreaterThan(MOMENTS.units.most! / 2 - 1);
    // 65 entries: every second is left out, which keeps the 1st, 3rd, … 65th.
    const fresh = recording();
    for (let at = 1; at <= 65; at++) record(fresh, units(at));
    expect(fresh.units.map(({ at }) => at)).toEqual(
      Array.from({ length: 33 }, (_, i) => 2 * i + 1),
    );
  });
});

describe('a step of a recording', () => {
  const list = [0, 0, 3, 7, 7, 12].map((at, i) => ({ at, i }));

  test.each([
    [-1, 0, null],
    [0, 2, 1],
    [2, 2, 1],
    [3, 3, 2],
    [6, 3, 2],
    [7, 5, 4],
    [11, 5, 4],
    [12, 6, 5],
    [99, 6, 5],
  ])('%i has %i entries behind it', (at, count, last) => {
    expect(countAt(list, at)).toBe(count);
    expect(latest(list, at)?.i ?? null).toBe(last);
  });

  test('has nothing behind it where nothing was sent', () => {
    expect(countAt([], 5)).toBe(0);
    expect(latest([], 5)).toBeNull();
  });
});

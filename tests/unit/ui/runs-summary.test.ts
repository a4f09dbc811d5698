/** What a recording is in a line of a table, its columns and its file, against figures worked out by hand. */
import { describe, expect, it } from 'vitest';
import { configOf } from '../../../src/lab/presets/registry.ts';
import type { LayerMask } from '../../../src/lab/protocol.ts';
import { recordingToText } from '../../../src/lab/recording/recording-file.ts';
import {
  newRecording,
  type LedgerEntry,
  type Recording,
} from '../../../src/lab/recording/recording.ts';
import { formatFlops, pressed, sorted, type SortKey } from '../../../src/ui/runs/run-columns.ts';
import { readRun, runFileName } from '../../../src/ui/runs/run-files.ts';
import {
  adapterWords,
  flopsUntil,
  runNumbers,
  usualName,
  type RunSummary,
} from '../../../src/ui/runs/run-summary.ts';
import { madeReport } from '../lab/reports.ts';

/** A step of `macs`, from step `at` on. */
const ledger = (at: number, macs: number, bytes = {}): LedgerEntry =>
  ({ at, step: { all: { macs } }, bytes }) as unknown as LedgerEntry;

/** A sparse run of three tasks that was stopped in the third: 10 of 12 steps. */
function stopped(): Recording {
  const recording = newRecording(
    configOf('pocket-er', { layout: 'block', sparsity: 0.5, batch: 20 }),
    'pocket-er',
    '2026-01-01T00:00:00.000Z',
  );
  recording.plan = { tasks: [], taskEnds: [4, 8, 12], steps: 12, parameters: 1, macsPerStep: 1 };
  recording.loss.push(...Array.from({ length: 10 }, () => 1));
  const row = (at: number, after: number, ci: number[], ti: number[]) => ({
    at,
    after,
    classIncremental: ci,
    taskIncremental: ti,
  });
  recording.accuracy.push(
    row(0, -1, [0.1, 0.1, 0.1], [0.5, 0.5, 0.5]),
    row(4, 0, [0.9, 0, 0], [0.9, 0.5, 0.5]),
    row(8, 1, [0.3, 0.7, 0], [0.6, 0.8, 0.5]),
  );
  recording.ledger.push(ledger(0, 100), ledger(4, 10, { weights: 5, activations: 7, images: 99 }));
  recording.pace.push(
    { at: 1, imagesPerSecond: 0 },
    { at: 2, imagesPerSecond: 40 },
    { at: 3, imagesPerSecond: 1 },
    { at: 4, imagesPerSecond: 50 },
  );
  return recording;
}

describe('the numbers of a run', () => {
  it('of a stopped one are what was recorded', () => {
    expect(runNumbers(stopped())).toEqual({
      steps: 10,
      plannedSteps: 12,
      tasks: 2,
      plannedTasks: 3,
      finished: false,
      // (0.3 + 0.7) / 2 and (0.6 + 0.8) / 2, over the two tasks seen.
      classIncremental: 0.5,
      taskIncremental: expect.closeTo(0.7, 12) as number,
      forgetting: expect.closeTo(0.6, 12) as number,
      density: null,
      // 4 steps of 100 and 6 of 10, two operations each.
      flops: 2 * (4 * 100 + 6 * 10),
      // Images are no part of what training takes.
      bytes: 12,
      // The middle of 1, 40 and 50 images a second; 20 images a step.
      millisecondsPerStep: 500,
    });
  });

  it('of a finished one are the report’s', () => {
    const recording = stopped();
    recording.report = madeReport({ preset: 'pocket-er', classes: 0.4, tasks: 0.8, steps: 12 });
    expect(runNumbers(recording)).toMatchObject({
      finished: true,
      classIncremental: 0.4,
      taskIncremental: 0.8,
      forgetting: 0.25,
      flops: 2e9,
      bytes: 2e6,
    });
  });

  it('count density over what is sparse, the last change before all else', () => {
    const recording = stopped();
    const mask = (units: number, live: number, extent: readonly [number, number]): LayerMask =>
      ({ units, live: new Uint32Array(live), grid: { extent } }) as unknown as LayerMask;
    recording.masks = [mask(10, 5, [2, 2]), mask(10, 1, [4, 4])];
    // (5 · 4 + 1 · 16) of (10 · 4 + 10 · 16).
    expect(runNumbers(recording).density).toBeCloseTo(36 / 200, 12);
    recording.changes.push({ at: 1, change: { task: 0, step: 1, layers: [], density: 0.125 } });
    expect(runNumbers(recording).density).toBe(0.125);
    expect(runNumbers({ ...recording, config: configOf('pocket-er') }).density).toBe(1);
  });

  it('follow the work from step to step', () => {
    const recording = stopped();
    expect([0, 3, 4, 5, 10].map((at) => flopsUntil(recording, at))).toEqual([
      0, 600, 800, 820, 920,
    ]);
    recording.ledger.length = 0;
    expect(flopsUntil(recording, 4)).toBeNull();
  });

  it('come with a name, and with the device in words', () => {
    const config = configOf('pocket-er', { seed: 3, strategy: 'der' });
    expect(usualName({ preset: 'pocket-er', config })).toBe('Replay saves it, seed 3');
    expect(usualName({ preset: null, config })).toBe('der on cifar10, seed 3');
    const adapter = {
      vendor: 'v',
      architecture: 'a',
      description: ' ',
      software: true,
      features: [],
    };
    expect(adapterWords(adapter)).toBe('v a');
    expect(adapterWords({ ...adapter, description: 'A card' })).toBe('A card');
    expect(adapterWords(null)).toBeNull();
  });
});

describe('the table', () => {
  const make = (id: string, fields: Partial<RunSummary>): RunSummary =>
    ({ id, name: id, startedAt: `2026-01-0${id}`, pinned: false, ...fields }) as RunSummary;
  const runs = [
    make('1', { name: 'run 10', classIncremental: 0.2, flops: null }),
    make('2', { name: 'Run 9', classIncremental: 0.4, flops: 5 }),
    make('3', { name: 'a', classIncremental: 0.4, flops: 3 }),
    make('4', { name: 'z', classIncremental: 0.1, flops: 9, pinned: true }),
  ];
  const order = (key: SortKey, descending: boolean) =>
    sorted(runs, { key, descending })
      .map(({ id }) => id)
      .join('');

  it('sorts either way, pinned first, unknown last, ties by age', () => {
    expect(order('classIncremental', true)).toBe('4321');
    expect(order('classIncremental', false)).toBe('4132');
    expect(order('flops', false)).toBe('4321');
    expect(order('flops', true)).toBe('4231');
    expect(order('name', false)).toBe('4321');
    expect(order('startedAt', false)).toBe('4123');
  });

  it('turns round on the second press, and begins with the better end', () => {
    const first = pressed({ key: 'name', descending: false }, 'classIncremental');
    expect(first).toEqual({ key: 'classIncremental', descending: true });
    expect(pressed(first, 'classIncremental').descending).toBe(false);
    expect(pressed(first, 'bytes')).toEqual({ key: 'bytes', descending: false });
  });

  it('writes operations with SI prefixes', () => {
    expect([null, 0, 999, 999.6, 1520, 1.0049e13, 13.94e15].map(formatFlops)).toEqual([
      '–',
      '0',
      '999',
      '1 k',
      '1.52 k',
      '10 T',
      '13.9 P',
    ]);
  });
});

describe('files', () => {
  it('are named after the run', () => {
    expect(runFileName('Sparse: Zürich, seed 3!')).toBe('palimpsest-run-sparse-zurich-seed-3.json');
    expect(runFileName('…')).toBe('palimpsest-run-unnamed.json');
  });

  it('give back the run, or a sentence that names them', async () => {
    const file = (name: string, text: string | Error) => ({
      name,
      text: () => (typeof text === 'string' ? Promise.resolve(text) : Promise.reject(text)),
    });
    const good = await readRun(file('a.json', recordingToText(stopped())));
    expect(good).toMatchObject({ ok: true, recording: { loss: { length: 10 } } });
    expect(await readRun(file('b.json', '{'))).toEqual({
      file: 'b.json',
      ok: false,
      message: 'b.json: This file is no recording of a run: it is not JSON.',
    });
    expect(await readRun(file('c.json', new Error('gone')))).toMatchObject({
      message: 'c.json: The browser could not read this file.',
    });
  });
});

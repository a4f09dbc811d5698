/** Compared runs: where their curves lie, what they differ in, and which published result stands beside them. */
import { describe, expect, it } from 'vitest';
import { configOf } from '../../../src/lab/presets/registry.ts';
import {
  newRecording,
  type LedgerEntry,
  type Recording,
} from '../../../src/lab/recording/recording.ts';
import {
  accuracyCurve,
  canGoAlong,
  lossCurve,
  placeAt,
  pointAt,
} from '../../../src/ui/runs/compare-curves.ts';
import {
  dashOf,
  inkOf,
  letterOf,
  MOST_COMPARED,
  stepAt,
} from '../../../src/ui/runs/compared-run.ts';
import {
  differingFields,
  formatFigure,
  publishedBeside,
  rowTitle,
} from '../../../src/ui/runs/published-beside.ts';
import { madeReport } from '../lab/reports.ts';

function run(loss: readonly number[], preset = 'pocket-er', fields = {}): Recording {
  const recording = newRecording(configOf(preset, fields), preset, '2026-01-01T00:00:00.000Z');
  recording.loss.push(...loss);
  return recording;
}

describe('curves', () => {
  const recording = run([4, 4, 4, 4, 1, 1, 1, 1]);
  recording.plan = { tasks: [], taskEnds: [4, 8], steps: 8, parameters: 1, macsPerStep: 1 };
  recording.accuracy.push(
    { at: 0, after: -1, classIncremental: [0.5, 0.1], taskIncremental: [0.5, 0.5] },
    { at: 4, after: 0, classIncremental: [0.8, 0], taskIncremental: [0.9, 0.5] },
    { at: 8, after: 1, classIncremental: [0.2, 0.6], taskIncremental: [0.7, 0.9] },
  );

  it('of the loss begin anew with a task', () => {
    expect(
      lossCurve(recording, 'steps', 100).map(({ x, y }) => [x, Math.round(1e6 * y) / 1e6]),
    ).toEqual([4, 4, 4, 4, 1, 1, 1, 1].map((y, i) => [i + 1, y]));
    expect(lossCurve(recording, 'share', 2).map(({ x }) => x)).toEqual([0.5, 1]);
  });

  it('of the loss end where it diverged', () => {
    const diverged = run([2, 2, Number.NaN, 2, Number.NaN, Number.NaN]);
    expect(lossCurve(diverged, 'steps', 100).map(({ x }) => x)).toEqual([1, 2, 3, 4]);
  });

  it('of the accuracy have a point at each test, over the tasks seen', () => {
    expect(accuracyCurve(recording, 'steps', 'classIncremental')).toEqual([
      { x: 4, y: 0.8 },
      { x: 8, y: 0.4 },
    ]);
    const [first, last] = accuracyCurve(recording, 'share', 'taskIncremental');
    expect(first).toEqual({ x: 0.5, y: 0.9 });
    expect(last!.y).toBeCloseTo(0.8, 12);
  });

  it('lie along the work where all runs have counted it', () => {
    expect(canGoAlong([recording], 'flops')).toBe(false);
    expect(canGoAlong([recording], 'share')).toBe(true);
    const counted = run([1, 1]);
    counted.ledger.push({ at: 0, step: { all: { macs: 3 } } } as unknown as LedgerEntry);
    expect(placeAt(counted, 'flops', 2)).toBe(12);
    expect(canGoAlong([counted, recording], 'flops')).toBe(false);
  });

  it('are read at a moment', () => {
    const points = [
      { x: 2, y: 1 },
      { x: 4, y: 3 },
    ];
    expect([1, 2, 3.9, 4, 9].map((x) => pointAt(points, x)?.y)).toEqual([undefined, 1, 1, 3, 3]);
    expect([0, 0.3, 1].map((share) => stepAt(recording, share))).toEqual([0, 2, 8]);
  });

  it('are told apart by ink, by dashes and by letter', () => {
    const places = Array.from({ length: MOST_COMPARED }, (_, place) => place);
    for (const each of [inkOf, dashOf, letterOf]) {
      expect(new Set(places.map((place) => each(place))).size).toBe(MOST_COMPARED);
    }
    expect(letterOf(2)).toBe('C');
  });
});

describe('what runs differ in', () => {
  it('is told by field, with the values of all', () => {
    const configs = [
      configOf('pocket-er'),
      configOf('pocket-er', { seed: 1 }),
      configOf('pocket-er', { seed: 1, rate: 0.01 }),
    ];
    expect(differingFields(configs)).toEqual([
      { key: 'rate', values: [0.1, 0.1, 0.01] },
      { key: 'seed', values: [0, 1, 1] },
    ]);
  });

  it('leaves out what has no effect', () => {
    // A dense run has no blocks, whatever their size.
    expect(
      differingFields([configOf('pocket-er'), configOf('pocket-er', { block: '4x4' })]),
    ).toEqual([]);
    expect(differingFields([])).toEqual([]);
  });
});

describe('published results', () => {
  it('stand beside their own protocol without a word against', () => {
    const recording = run([1], 'paper-der');
    // 313 batches of 32 in 10,000 images, 50 epochs, five tasks.
    recording.report = madeReport({ preset: 'paper-der', classes: 0.6, steps: 78_250 });
    const [beside, ...more] = publishedBeside([recording], false);
    expect(more).toEqual([]);
    expect(rowTitle(beside!.row)).toBe('DER, buffer 500');
    expect(formatFigure(beside!.row.classIncremental)).toBe('70.5 ± 1.7 %');
    expect(beside!.runs).toEqual([{ place: 0, differs: [], doubts: [] }]);
  });

  it('come with all that differs, and with doubts about the run', () => {
    const fields = { epochs: 10, bufferSize: 200 };
    const stopped = run([1], 'paper-der', fields);
    const fewer = run([1], 'paper-der', fields);
    fewer.report = madeReport({
      preset: 'paper-der',
      fields,
      classes: 0.3,
      steps: 50,
      data: 'shapes',
    });
    const [beside] = publishedBeside([stopped, fewer], false);
    expect(rowTitle(beside!.row)).toBe('DER, buffer 200');
    expect(beside!.runs).toEqual([
      {
        place: 0,
        differs: [{ key: 'epochs', published: 50 }],
        doubts: ['it was stopped before its end'],
      },
      {
        place: 1,
        differs: [{ key: 'epochs', published: 50 }],
        doubts: [
          'shapes stood in for cifar10',
          'there were fewer images than the 5000 a class that it asks for',
        ],
      },
    ]);
  });

  it('from memory come only when asked for, and are marked', () => {
    const mest = run([1], 'paper-mest-em-090');
    const place = (recalled: boolean) => publishedBeside([mest], recalled)[0];
    expect(formatFigure(place(true)!.row.classIncremental)).toBe('92.6 ± 0.1 % (?)');
    expect(place(false)).toBeUndefined();
    expect(formatFigure(null)).toBe('–');
  });
});

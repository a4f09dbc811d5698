/** Means and deviations by hand, what makes a group, and that nothing stands beside a published row but its protocol. */
import { describe, expect, test } from 'vitest';
import {
  compareReports,
  parseReport,
  ReportError,
  spread,
} from '../../../src/lab/report/compare.ts';
import { publishedRows } from '../../../src/lab/published/published.ts';
import { madeReport } from './reports.ts';

const known = publishedRows({ recalled: false });
const all = publishedRows({ recalled: true });
/** 313 batches of 32 in 10,000 images, 50 epochs, five tasks. */
const PAPER_STEPS = 78_250;

test('a spread is the mean and the deviation over n − 1', () => {
  // Squares of −2, 0, 2 sum to 8; 8 / 2 = 4.
  expect(spread([1, 3, 5])).toEqual({ mean: 3, deviation: 2 });
  expect(spread([7])).toEqual({ mean: 7, deviation: null });
});

describe('groups', () => {
  const pocket = { preset: 'pocket-er', steps: 320 } as const;

  test('hold runs that differ in the seed alone', () => {
    const { groups } = compareReports(
      [
        madeReport({ ...pocket, fields: { seed: 0 }, classes: 0.3, trainSeconds: 10 }),
        madeReport({ ...pocket, fields: { rate: 0.05 }, classes: 0.9 }),
        madeReport({ ...pocket, fields: { seed: 7 }, classes: 0.5, trainSeconds: 14 }),
      ],
      known,
    );
    expect(groups.map(({ name, seeds }) => [name, seeds])).toEqual([
      ['pocket-er', [0, 7]],
      ['pocket-er rate=0.05', [0]],
    ]);
    const [both, one] = groups;
    expect(both!.classIncremental.mean).toBeCloseTo(0.4, 12);
    expect(both!.classIncremental.deviation).toBeCloseTo(Math.sqrt(0.02), 12);
    expect(both!.trainSeconds.mean).toBe(12);
    expect(both!.flops.mean).toBe(2e9);
    expect(both!.publishedFlops.mean).toBe(1.2e9);
    expect(both!.density.mean).toBe(0.25);
    expect(one!.classIncremental).toEqual({ mean: 0.9, deviation: null });
  });

  test('know no forgetting where a run has none', () => {
    const runs = [madeReport({ ...pocket, classes: 0.3, forgetting: null })];
    expect(compareReports(runs, known).groups[0]!.forgetting).toBeNull();
  });

  test('say when a seed comes twice, and when adapters differ', () => {
    const { groups } = compareReports(
      [
        madeReport({ ...pocket, classes: 0.3, adapter: 'A' }),
        madeReport({ ...pocket, classes: 0.3, adapter: 'B' }),
      ],
      known,
    );
    const remarks = groups[0]!.remarks.join('\n');
    expect(remarks).toContain('a seed comes more than once');
    expect(remarks).toContain('different adapters');
  });
});

describe('a published row', () => {
  const remarks = (...reports: Parameters<typeof compareReports>[0]) =>
    compareReports(reports, known).groups[0]!;

  test('stands beside a run of its protocol', () => {
    const group = remarks(madeReport({ preset: 'paper-derpp', classes: 0.7, steps: PAPER_STEPS }));
    expect(group.published).toMatchObject({
      method: 'DER++',
      buffer: 500,
      classIncremental: { mean: 72.7, deviation: 1.36, known: 'seen' },
    });
    expect(group.remarks).toEqual([]);
    const other = { preset: 'paper-derpp', fields: { bufferSize: 200, alpha: 0.1 } };
    const smaller = remarks(madeReport({ ...other, classes: 0.6, steps: PAPER_STEPS }));
    expect(smaller.published).toMatchObject({ buffer: 200, classIncremental: { mean: 64.88 } });
  });

  test('minds neither the seed nor where gradients are added up', () => {
    const fields = { seed: 4, sequenced: true, recompute: true };
    const report = madeReport({ preset: 'paper-er', fields, classes: 0.5, steps: PAPER_STEPS });
    expect(remarks(report).published?.method).toBe('ER');
  });

  test('does not stand beside 500 images a class, and the run says why', () => {
    const fields = { imagesPerClass: 500 };
    const group = remarks(madeReport({ preset: 'paper-er', fields, classes: 0.4, steps: 8000 }));
    expect(group.published).toBeNull();
    expect(group.remarks).toEqual([
      'does not stand beside published results: it differs from ER (Split CIFAR-10, buffer 500) in imagesPerClass',
    ]);
  });

  test('does not stand beside a set that stands in for another', () => {
    const made = { preset: 'paper-er', classes: 0.5, steps: PAPER_STEPS, data: 'shapes' };
    const group = remarks(madeReport(made));
    expect(group.published).toBeNull();
    expect(group.remarks).toEqual(['shapes stood in for cifar10']);
  });

  test('does not stand beside a run that found fewer images than it asked for', () => {
    // 1,000 a class are prepared unless all are asked for: 63 batches, 50 epochs, five tasks.
    const group = remarks(madeReport({ preset: 'paper-er', classes: 0.5, steps: 15_750 }));
    expect(group.published).toBeNull();
    expect(group.remarks[0]).toContain('15750 steps where 78250 belong to the config');
  });

  test('that is recalled is shown to those who ask', () => {
    const report = madeReport({
      preset: 'paper-sparcl-derpp-090',
      classes: 0.7,
      steps: 60_400,
    });
    expect(compareReports([report], known).groups[0]!.published).toBeNull();
    expect(compareReports([report], all).groups[0]!.published).toMatchObject({
      method: 'SparCL-DER++',
      classIncremental: { mean: 73.42, known: 'recalled' },
    });
  });
});

describe('a file', () => {
  const report = madeReport({ preset: 'pocket-er', classes: 0.3, steps: 320 });

  test('that is a report is read', () => {
    expect(parseReport(JSON.stringify(report), 'a.json')).toEqual(report);
  });

  test.each([
    ['{', 'a.json: this is not JSON'],
    ['[1]', 'a.json: this is no report'],
    [
      '{"schema":"palimpsest-benchmark/1"}',
      'its schema is palimpsest-benchmark/1, and palimpsest-report/1 is read',
    ],
    [JSON.stringify({ ...report, steps: 'many' }), 'a.json: steps: Invalid type'],
    [
      JSON.stringify({ ...report, config: { ...report.config, tempo: 3 } }),
      'a.json: config.tempo: ',
    ],
  ])('%s is refused with a sentence', (text, sentence) => {
    expect(() => parseReport(text, 'a.json')).toThrow(ReportError);
    expect(() => parseReport(text, 'a.json')).toThrow(sentence);
  });
});

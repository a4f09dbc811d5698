import { expect, test } from 'vitest';
import * as v from 'valibot';
import type { PeersRow } from '../../../src/bench/benchmarks/peers-rows.ts';
import type { StepRow } from '../../../src/bench/benchmarks/step-rows.ts';
import { BenchReportSchema, reportText, type BenchReport } from '../../../src/bench/report.ts';
import { digits, megabytes, milliseconds } from '../../../src/bench/rows.ts';
import { textTable } from '../../../src/bench/text-table.ts';

const usage = {
  dispatches: 35,
  passes: 1,
  submits: 2,
  buffers: 0,
  bufferBytes: 0,
  writtenBytes: 1344,
  pipelines: 12,
  peakBytes: 23.3e6,
};

function report(benchmark: string, rows: readonly unknown[]): BenchReport {
  return v.parse(BenchReportSchema, {
    schema: 'palimpsest-benchmark/1',
    benchmark,
    date: '2026-11-01T00:00:00.000Z',
    machine: { platform: 'linux', processor: 'A processor', cores: 2, memoryBytes: 8e9 },
    runtime: { name: 'node', version: '20.20.2' },
    adapter: {
      vendor: 'google',
      architecture: 'swiftshader',
      description: '',
      software: true,
      features: [],
    },
    versions: { '@jax-js/jax': '0.1.25' },
    options: {
      workloads: [],
      stacks: [],
      layers: [],
      rounds: 15,
      blocks: [],
      sparsities: [],
      tune: false,
    },
    seconds: 61.7,
    rows,
  });
}

const peers: PeersRow[] = [
  {
    workload: 'w1',
    stack: 'palimpsest',
    status: 'timed',
    parity: { steps: 20, tolerance: 1e-4, worst: 2e-7, passed: true },
    firstMs: 1234,
    step: { count: 15, min: 100, median: 120, lower: 110, upper: 140 },
    rounds: [120],
    ratio: 1,
    usage,
  },
  { workload: 'w1', stack: 'tfjs webgl', status: 'unavailable', reason: 'WebGL needs a browser.' },
  {
    workload: 'w1',
    stack: 'jax-js webgpu',
    status: 'not comparable',
    reason: 'A loss is off.',
    parity: { steps: 20, tolerance: 1e-4, worst: 3e-2, passed: false },
  },
];

test('peers: a timed row shows its figures, the others why they have none', () => {
  const lines = reportText(report('peers', peers)).split('\n');
  const line = (start: string) => lines.filter((each) => each.startsWith(start));
  expect(line('palimpsest')[0]!.split(/ {2,}/)).toEqual([
    'palimpsest',
    ...['120 ms', '100 ms', '30 ms', '15', '1', '1234 ms', '2.0e-7'],
  ]);
  expect(line('palimpsest')[1]!.split(/ {2,}/)).toEqual([
    'palimpsest',
    ...['35', '1', '2', '0', '0 MB', '0.00134 MB', '12', '23.3 MB'],
  ]);
  expect(line('tfjs webgl')[0]).toMatch(/unavailable$/);
  expect(line('tfjs webgl: ')[0]).toBe('tfjs webgl: WebGL needs a browser.');
  expect(line('jax-js webgpu')[0]).toMatch(/not comparable +3.0e-2$/);
  expect(line('adapter')[0]).toMatch(/google swiftshader$/);
  expect(line('took')[0]).toMatch(/62 s$/);
});

test('step: a speed-up stands beside that of the MACs', () => {
  const row: StepRow = {
    workload: 'w2',
    variant: '16x16 at 0.9',
    sparsity: 0.9,
    macs: 0.5e9,
    denseMacs: 4e9,
    bytes: { weights: 1e6, indices: 2e4 },
    firstMs: 900,
    step: { count: 15, min: 90, median: 100, lower: 95, upper: 105 },
    rounds: [100],
    speedUp: 6.5,
    usage,
  };
  const lines = reportText(report('step', [row])).split('\n');
  expect(lines.find((line) => line.startsWith('16x16'))!.split(/ {2,}/)).toEqual([
    '16x16 at 0.9',
    ...['100 ms', '90 ms', '10 ms', '15', '6.5', '8', '0.5', '35', '2'],
  ]);
  expect(lines).toContain('16x16 at 0.9     1 MB  0.02 MB');
});

test('a row of another shape is refused, not printed', () => {
  expect(() => reportText(report('peers', [{ workload: 'w1', stack: 'x' }]))).toThrow(v.ValiError);
});

test('textTable aligns, and ends no line with blanks', () => {
  expect(
    textTable(
      ['name', 'n'],
      [
        ['a', '12'],
        ['long name', ''],
      ],
    ),
  ).toBe('name        n\na          12\nlong name\n');
});

test('numbers keep three digits without an exponent', () => {
  expect([0, 1, 12.345, 999.4, 999.6, 12345, 0.0012345].map(digits)).toEqual([
    ...['0', '1', '12.3', '999', '1000', '12345', '0.00123'],
  ]);
  expect([milliseconds(9999), milliseconds(12_345), megabytes(1.5e6)]).toEqual([
    ...['9999 ms', '12.3 s', '1.5 MB'],
  ]);
});

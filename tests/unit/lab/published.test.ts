/** Published rows: that their protocols are presets of this lab, and that nothing recalled passes for a fact. */
import { describe, expect, test } from 'vitest';
import { configOf } from '../../../src/lab/presets/registry.ts';
import {
  differences,
  protocolConfig,
  standingOf,
} from '../../../src/lab/published/published-match.ts';
import { publishedRows } from '../../../src/lab/published/published.ts';

const all = publishedRows({ recalled: true });
const known = publishedRows({ recalled: false });
const of = (method: string, buffer: number, stream = 'Split CIFAR-10', rows = all) =>
  rows.filter((row) => row.method === method && row.buffer === buffer && row.stream === stream);

test('rows are told apart by method, sparsity, buffer and stream', () => {
  const keys = all.map((row) => [row.method, row.sparsity, row.buffer, row.stream].join());
  expect(new Set(keys).size).toBe(keys.length);
});

test('figures are as published', () => {
  expect(of('ER', 200)[0]).toMatchObject({
    classIncremental: { mean: 44.79, deviation: 1.86, known: 'seen' },
    taskIncremental: { mean: 91.19, deviation: 0.94 },
    flops: { mean: 11.1e15, known: 'seen' },
  });
  const tiny = of('SparCL-DER++', 500, 'Split Tiny-ImageNet');
  expect(
    tiny.map(({ sparsity, classIncremental, taskIncremental }) => [
      sparsity,
      classIncremental?.mean,
      classIncremental?.known,
      taskIncremental?.known,
    ]),
  ).toEqual([
    [0.75, 20.75, 'seen', 'recalled'],
    [0.9, 19.62, 'seen', 'recalled'],
    [0.95, 19.01, 'seen', 'recalled'],
  ]);
});

test('accuracies are in per cent, and deviations small beside them', () => {
  for (const { classIncremental, taskIncremental, source } of all) {
    expect(source).not.toBe('');
    for (const figure of [classIncremental, taskIncremental]) {
      if (!figure) continue;
      expect(figure.mean).toBeGreaterThan(5);
      expect(figure.mean).toBeLessThan(100);
      expect(figure.deviation ?? 0).toBeLessThan(5);
    }
  }
});

describe('what is recalled', () => {
  test('is left out unless asked for, row by row and figure by figure', () => {
    expect(of('SparCL-ER', 500, 'Split CIFAR-10', known).map(({ sparsity }) => sparsity)).toEqual([
      0.75,
    ]);
    expect(of('SparCL-ER', 500, 'Split CIFAR-10', known)[0]).toMatchObject({
      classIncremental: null,
      taskIncremental: null,
      flops: { mean: 2e15, known: 'seen' },
    });
    expect(known.some(({ stream }) => stream === 'CIFAR-10')).toBe(false);
    const figures = known.flatMap((row) => [row.classIncremental, row.taskIncremental, row.flops]);
    expect(figures.some((figure) => figure?.known === 'recalled')).toBe(false);
    expect(all.length).toBeGreaterThan(known.length);
  });
});

describe('protocols', () => {
  const made = all.flatMap((row) => {
    const config = protocolConfig(row);
    return config ? [{ row, config }] : [];
  });

  test('are configs of this lab', () => {
    expect(made.length).toBeGreaterThan(50);
    for (const { row, config } of made) {
      expect([row.method, config.bufferSize]).toEqual([
        row.method,
        row.buffer > 0 ? row.buffer : config.bufferSize,
      ]);
      expect(config.sparsity).toBe(row.sparsity);
    }
  });

  test('lead back to their own row', () => {
    for (const { row, config } of made) {
      if (row.protocol?.on !== undefined) continue;
      const standing = standingOf(config, all);
      expect([standing.row?.method, standing.row?.buffer, standing.differs]).toEqual([
        row.method,
        row.buffer,
        [],
      ]);
    }
  });
});

describe('differences', () => {
  test('pass over fields without an effect', () => {
    const base = configOf('paper-finetune');
    expect(differences(base, { ...base, bufferSize: 7, block: '32x32', seed: 3 })).toEqual([]);
    expect(differences(base, { ...base, epochs: 7 })).toEqual(['epochs']);
    const sparcl = configOf('paper-sparcl-er-075');
    expect(differences(sparcl, { ...sparcl, removal: 0 })).toEqual(['removal']);
    expect(differences(sparcl, { ...sparcl, removalEnd: 0.2 })).toEqual(['removalEnd']);
    expect(
      differences({ ...sparcl, removal: 0 }, { ...sparcl, removal: 0, removalEnd: 0.2 }),
    ).toEqual([]);
  });
});

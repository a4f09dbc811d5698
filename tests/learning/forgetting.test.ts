/**
 * The phenomenon itself, in small, on every machine: a task is learned, the next one wipes it out, replay
 * keeps part of it, and training on everything at once keeps most. The README has the same at full size.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/lab/report/report.ts';
import { runSession } from './run-session.ts';

const SMALL = {
  model: 'pocket',
  width: 8,
  tasks: 2,
  imagesPerClass: 160,
  testPerClass: 60,
  epochs: 8,
  rate: 0.05,
} as const;

describe('a stream of two tasks', () => {
  let finetune: Report;
  let er: Report;
  let joint: Report;

  beforeAll(async () => {
    finetune = await runSession({ ...SMALL, strategy: 'finetune' });
    er = await runSession({ ...SMALL, strategy: 'er', bufferSize: 200 });
    joint = await runSession({ ...SMALL, strategy: 'joint' });
  }, 280_000);

  const accuracy = (report: Report) => report.classIncremental.metrics.finalAccuracy;

  test('each task is learned when it is trained', () => {
    const { matrix } = finetune.taskIncremental;
    matrix.forEach((row, i) => {
      expect(row[i]).toBeGreaterThan(0.7);
    });
  });

  test('finetuning keeps the last task alone', () => {
    expect(finetune.classIncremental.matrix[1]![0]).toBe(0);
    expect(finetune.classIncremental.metrics.forgetting).toBeGreaterThan(0.7);
  });

  test('replay keeps more than the last task, and joint training more than replay', () => {
    // 10 points and 10 more where this was written; seeds and adapters move each by a few.
    expect(accuracy(er)).toBeGreaterThan(accuracy(finetune) + 0.05);
    expect(accuracy(joint)).toBeGreaterThan(accuracy(er));
  });

  test('the loss falls within every task', () => {
    for (const { lossByEpoch } of [finetune, er, joint]) {
      for (const losses of lossByEpoch) expect(losses.at(-1)).toBeLessThan(losses[0]!);
    }
  });
});

test('Adam with a cosine rate trains an mlp', async () => {
  const report = await runSession({
    ...SMALL,
    model: 'mlp',
    width: 4,
    tasks: 1,
    strategy: 'finetune',
    optimizer: 'adam',
    rate: 0.001,
    rateSchedule: 'cosine',
  });
  expect(report.taskIncremental.metrics.finalAccuracy).toBeGreaterThan(0.7);
});

/**
 * The phenomenon itself, in small: a stream of three tasks is learned and forgotten, replay keeps part of
 * it, and training on everything at once keeps most. The orders are those that continual learning reports
 * everywhere; the margins are far below what the seeds vary by.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/lab/report.ts';
import { runSession } from './run-session.ts';

const SMALL = {
  model: 'pocket',
  width: 8,
  tasks: 3,
  imagesPerClass: 120,
  testPerClass: 50,
  epochs: 6,
  rate: 0.1,
} as const;

describe('a stream of three tasks', () => {
  const reports: Partial<Record<'finetune' | 'er' | 'derpp' | 'joint', Report>> = {};

  beforeAll(async () => {
    reports.finetune = await runSession({ ...SMALL, strategy: 'finetune' });
    reports.er = await runSession({ ...SMALL, strategy: 'er', bufferSize: 120 });
    reports.derpp = await runSession({
      ...SMALL,
      strategy: 'derpp',
      bufferSize: 120,
      alpha: 0.1,
      beta: 0.5,
    });
    reports.joint = await runSession({ ...SMALL, strategy: 'joint' });
  }, 300_000);

  const accuracy = (strategy: keyof typeof reports) =>
    reports[strategy]!.classIncremental.metrics.finalAccuracy;

  test('every task is learned when it is trained', () => {
    const { matrix } = reports.finetune!.taskIncremental;
    for (const [i, row] of matrix.entries()) expect(row[i]).toBeGreaterThan(0.75);
  });

  test('finetuning keeps the last task alone', () => {
    const last = reports.finetune!.classIncremental.matrix.at(-1)!;
    expect(last.slice(0, -1)).toEqual([0, 0]);
    expect(last.at(-1)).toBeGreaterThan(0.75);
    expect(reports.finetune!.classIncremental.metrics.forgetting).toBeGreaterThan(0.6);
  });

  test('replay keeps at least ten points more, and joint training more than any stream', () => {
    expect(accuracy('er')).toBeGreaterThan(accuracy('finetune') + 0.1);
    expect(accuracy('derpp')).toBeGreaterThan(accuracy('finetune') + 0.1);
    expect(accuracy('joint')).toBeGreaterThan(Math.max(accuracy('er'), accuracy('derpp')));
  });

  test('the loss falls within every task', () => {
    for (const { lossByEpoch } of Object.values(reports)) {
      for (const losses of lossByEpoch) expect(losses.at(-1)).toBeLessThan(losses[0]!);
    }
  });
});

test.each(['mlp', 'resnet18', 'resnet32'] as const)('%s learns two classes', async (model) => {
  const report = await runSession({
    model,
    width: model === 'mlp' ? 4 : 4,
    strategy: 'finetune',
    tasks: 1,
    imagesPerClass: 96,
    testPerClass: 50,
    epochs: 4,
    rate: model === 'mlp' ? 0.003 : 0.03,
    optimizer: model === 'mlp' ? 'adam' : 'sgd',
    rateSchedule: 'cosine',
    momentum: model === 'resnet32' ? 0.9 : 0,
    weightDecay: 1e-4,
  });
  expect(report.taskIncremental.metrics.finalAccuracy).toBeGreaterThan(0.8);
});

/** What `cost` says beforehand that kernels execute, against what the ledger of a run counts, dispatch by dispatch. */
import { expect, test } from 'vitest';
import { openImageSet } from '../../src/data/registry.ts';
import { DEFAULTS, parseConfig, type Config } from '../../src/lab/config.ts';
import { costOf } from '../../src/lab/cost.ts';
import type { Report } from '../../src/lab/report.ts';
import { Session } from '../../src/lab/session.ts';
import { gpu, noErrors } from './engine.ts';

/** Two tasks of two epochs of two steps, the second of them ragged. */
const CONFIG = parseConfig({
  ...DEFAULTS,
  data: 'shapes',
  imagesPerClass: 8,
  testPerClass: 2,
  tasks: 2,
  width: 8,
  bufferSize: 6,
  epochs: 2,
  batch: 10,
  replayBatch: 8,
});

async function reportOf(config: Config): Promise<Report> {
  const session = new Session({
    gpu: await gpu(),
    config,
    emit: () => undefined,
    openSet: (limit) =>
      openImageSet('shapes', { prepared: () => Promise.reject(new Error('unused')), limit }),
  });
  const report = await session.run();
  if (!report) throw new Error('the run was stopped');
  await noErrors();
  return report;
}

test.each([
  { strategy: 'finetune' },
  { strategy: 'er' },
  { strategy: 'derpp' },
  { strategy: 'derpp', sequenced: true, layout: 'block', block: '4x4', sparsity: 0.75 },
  { strategy: 'er', layout: 'pattern', sparsity: 0.8 },
  { strategy: 'er', layout: 'channel', sparsity: 0.5 },
  { strategy: 'er', layout: 'unstructured', sparsity: 0.9 },
  { strategy: 'er', stream: 'rotated', classesPerTask: 3, dropLast: true },
  {
    strategy: 'er',
    layout: 'block',
    block: '4x4',
    sparsity: 0.75,
    dynamic: 'rigl',
    maskInterval: 0.25,
    maskChange: 0.05,
  },
  {
    strategy: 'derpp',
    layout: 'block',
    block: '4x4',
    sparsity: 0.75,
    // No task but the first: a later one begins with a larger mask, which a ledger counts as at rest.
    tasks: 1,
    dynamic: 'sparcl',
    maskInterval: 0.25,
    maskChange: 0.05,
    gradientSparsity: 0.9,
    gradientRefresh: 3,
    removal: 0.25,
  },
  { strategy: 'ewc' },
  { strategy: 'icarl' },
  { strategy: 'fdr' },
  { strategy: 'lwf' },
  { strategy: 'gdumb' },
  { strategy: 'agem' },
  { strategy: 'er-ace', layout: 'unstructured', sparsity: 0.5, dynamic: 'snip' },
] as const)('%o costs what was said', async (changes) => {
  const config = parseConfig({ ...CONFIG, ...changes });
  const { ledger, steps } = await reportOf(config);
  const cost = costOf(config);
  expect(cost.steps).toBe(steps);
  const { macs, outsideMacs } = ledger.run.all;
  expect(cost.executed.flops / (2 * (macs - outsideMacs))).toBeCloseTo(1, 6);
});

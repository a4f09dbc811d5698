/** What `cost` says beforehand that kernels execute, against what the ledger of a run counts, dispatch by dispatch. */
import { expect, test } from 'vitest';
import { openImageSet } from '../../src/data/registry.ts';
import { DEFAULTS, parseConfig, type Config } from '../../src/lab/config/config.ts';
import { costOf } from '../../src/lab/cost/cost.ts';
import type { Report } from '../../src/lab/report/report.ts';
import { Session } from '../../src/lab/engine/run/session.ts';
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

const BLOCKS = { layout: 'block', block: '4x4', sparsity: 0.75 } as const;
const CHANGES = { maskInterval: 0.25, maskChange: 0.05 } as const;
const LONGER = { epochs: 4, maskInterval: 0.375, maskChange: 0.05, gradientRefresh: 4 } as const;
const THINNED = { gradientSparsity: 0.9, gradientRefresh: 3, removal: 0.25 } as const;

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
  { strategy: 'er', ...BLOCKS, dynamic: 'rigl', ...CHANGES },
  // Masks that become larger and smaller, and small layers that stay denser.
  { strategy: 'derpp', ...BLOCKS, dynamic: 'sparcl', ...CHANGES, ...THINNED },
  { strategy: 'er-separate', ...BLOCKS, dynamic: 'sparcl-release', ...CHANGES, ...THINNED },
  { strategy: 'er', ...BLOCKS, dynamic: 'gmp', ...CHANGES },
  // Gradients chosen before steps 0, 3 and 6, where the mask changes, and so never four steps after a choice.
  { strategy: 'derpp', ...BLOCKS, dynamic: 'sparcl', ...LONGER, gradientSparsity: 0.9 },
  // A change after the last step of a task, with the importance of its batch and of the buffer.
  { strategy: 'derpp', ...BLOCKS, dynamic: 'sparcl', maskInterval: 1, maskEnd: 1 },
  // Exemplars of which a class has fewer than its share of the buffer.
  { strategy: 'icarl', bufferSize: 40 },
  { strategy: 'er', layout: 'pattern', sparsity: 0.8, dynamic: 'gmp', budget: 'erk', ...CHANGES },
  { strategy: 'ewc', ...BLOCKS, dynamic: 'ems', ...CHANGES },
  { strategy: 'derpp', ...BLOCKS, dynamic: 'ems', budget: 'erk', ...CHANGES, ...THINNED },
  { strategy: 'er', ...BLOCKS, dynamic: 'rigl', budget: 'erk', ...CHANGES },
  { strategy: 'er', layout: 'pattern', sparsity: 0.7, budget: 'erk' },
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

/**
 * That a session does what the timeline of its run says, in that order and no more: evaluations, gradients of the dense
 * network, removals, changes of the mask, steps with their images and rates, told by what the trainer is asked and by
 * the events.
 */
import { afterEach, expect, test, vi } from 'vitest';
import { Trainer } from '../../src/continual/step/trainer.ts';
import { openImageSet } from '../../src/data/registry.ts';
import { DEFAULTS, parseConfig, type Config } from '../../src/lab/config/config.ts';
import { dataShapeOf } from '../../src/lab/config/data-shapes.ts';
import { Session } from '../../src/lab/engine/run/session.ts';
import { timeline } from '../../src/lab/timeline/timeline.ts';
import type { TimelineItem } from '../../src/lab/timeline/timeline-item.ts';
import { gpu, noErrors } from './engine.ts';

/** Two tasks of 16 images, three epochs of two steps, the second of them ragged. */
const CONFIG: Config = {
  ...DEFAULTS,
  data: 'shapes',
  imagesPerClass: 8,
  testPerClass: 2,
  tasks: 2,
  width: 8,
  bufferSize: 6,
  epochs: 3,
  batch: 10,
  replayBatch: 8,
  rate: 0.01,
};
const BLOCKS = { layout: 'block', block: '4x4', sparsity: 0.75 } as const;

/** What the trainer was asked and what was sent, one line each. */
async function doneBy(config: Config): Promise<string[]> {
  const done: string[] = [];
  let twins = 0;
  const create = Trainer.create.bind(Trainer);
  vi.spyOn(Trainer, 'create').mockImplementation(async (options) => {
    const trainer = await create(options);
    const step = trainer.step.bind(trainer);
    const begin = trainer.beginTask.bind(trainer);
    const point = trainer.atPoint.bind(trainer);
    const end = trainer.endTask.bind(trainer);
    // Of a second trainer nothing but a dense gradient is wanted.
    const twin = twins++ > 0;
    trainer.step = (task, indices, scalars, place) => {
      const { length } = indices;
      if (twin) done.push(`saliency ${task.index}: ${length}`);
      else done.push(`step ${task.index}: ${length}, ${scalars.step}, ${scalars.rate}`);
      return step(task, indices, scalars, place);
    };
    trainer.beginTask = async (task) => {
      const taught = await begin(task);
      done.push(`begin ${task.index}: ${taught.task.targets.length}, ${taught.joined}`);
      return taught;
    };
    trainer.atPoint = (task, share) => {
      done.push(`point ${task.index}: ${share}`);
      return point(task, share);
    };
    trainer.endTask = (task) => {
      done.push(`end ${task.index}`);
      return end(task);
    };
    return trainer;
  });
  const session = new Session({
    gpu: await gpu(),
    config,
    emit: (event) => {
      if (event.type === 'accuracy') done.push(`evaluation ${event.after} at ${event.at}`);
      if (event.type === 'removal') {
        const { task, epoch, kept } = event.removal;
        done.push(`removal ${task}.${epoch}: ${kept} at ${event.at}`);
      }
      if (event.type === 'mask') {
        done.push(`mask ${event.change.task}.${event.change.step} at ${event.at}`);
      }
    },
    openSet: (limit) =>
      openImageSet('shapes', { prepared: () => Promise.reject(new Error('unused')), limit }),
  });
  const report = await session.run();
  if (!report) throw new Error('the run was stopped');
  return done;
}

/** The same lines of an item; null for what nobody outside sees. */
function expectedOf(item: TimelineItem): string | null {
  const { task, at } = item;
  switch (item.kind) {
    case 'evaluation':
      return `evaluation ${task} at ${at}`;
    case 'saliency':
      return `saliency ${task}: ${item.passes.saliency!.rows}`;
    case 'task-begin':
      return `begin ${task}: ${item.own + item.joined}, ${item.joined}`;
    case 'removal':
      return `removal ${task}.${item.epoch}: ${item.kept} at ${at}`;
    case 'strategy-point':
      return `point ${task}: ${item.point}`;
    case 'mask-change':
      return `mask ${task}.${item.change.step} at ${at}`;
    case 'step':
      return `step ${task}: ${item.images}, ${at}, ${item.rate}`;
    case 'task-end':
      return `end ${task}`;
    case 'load':
    case 'epoch':
      return null;
  }
}

afterEach(async () => {
  vi.restoreAllMocks();
  await noErrors();
});

test.each([
  { strategy: 'er', rateSchedule: 'cosine' },
  { strategy: 'joint', dropLast: true },
  { strategy: 'icarl' },
  // Exemplars of which a class has fewer than its share of the buffer.
  { strategy: 'icarl', bufferSize: 40 },
  { strategy: 'gdumb', bufferSize: 20 },
  { strategy: 'packnet' },
  { strategy: 'er', layout: 'unstructured', sparsity: 0.5, dynamic: 'snip' },
  {
    ...{ strategy: 'derpp', ...BLOCKS, dynamic: 'sparcl', maskInterval: 0.25, maskChange: 0.05 },
    ...{ gradientSparsity: 0.9, removal: 0.5, removalEnd: 0.7, removalInterval: 0.35 },
  },
  // The last change of a task comes after its last step.
  { strategy: 'er', ...BLOCKS, dynamic: 'ems', maskInterval: 0.3, maskChange: 0.05, maskEnd: 1 },
  { strategy: 'er', layout: 'channel', sparsity: 0.5, dynamic: 'set', maskInterval: 0.4 },
] as const satisfies readonly Partial<Config>[])('%o', async (changes) => {
  const config = parseConfig({ ...CONFIG, ...changes });
  const items = [...timeline(config, dataShapeOf(config))];
  const expected = items.map(expectedOf).filter((line) => line !== null);
  expect(await doneBy(config)).toEqual(expected);
  const steps = items.filter(({ kind }) => kind === 'step');
  expect(steps.length).toBeGreaterThan(5);
  const kinds = new Set(items.map(({ kind }) => kind));
  if ('removal' in changes) expect(kinds).toContain('removal');
  if ('dynamic' in changes) expect(kinds.has('mask-change')).toBe(changes.dynamic !== 'snip');
});

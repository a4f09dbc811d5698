/**
 * A run whose kernels are tuned: the report names them, what was measured is not measured again, tuning can be
 * skipped, and a run that does not ask for it is not tuned.
 */
import { afterEach, expect, test } from 'vitest';
import { DataError } from '../../src/data/data-error.ts';
import { openImageSet } from '../../src/data/registry.ts';
import { DEFAULTS, type Config } from '../../src/lab/config/config.ts';
import type { Event } from '../../src/lab/protocol.ts';
import { Session } from '../../src/lab/engine/run/session.ts';
import type { TuneCache } from '../../src/lab/engine/assemble/tuning.ts';
import type { VariantTable } from '../../src/nn/compile/variants.ts';
import { gpu, noErrors } from './engine.ts';

const CONFIG: Config = {
  ...DEFAULTS,
  data: 'shapes',
  imagesPerClass: 4,
  testPerClass: 2,
  tasks: 1,
  model: 'mlp',
  width: 2,
  strategy: 'finetune',
  bufferSize: 0,
  epochs: 1,
  batch: 8,
  tune: 'auto',
};

class MemoryCache implements TuneCache {
  readonly kept = new Map<string, unknown>();
  get(key: string): Promise<unknown> {
    return Promise.resolve(this.kept.get(key));
  }
  set(key: string, table: VariantTable): Promise<void> {
    this.kept.set(key, table);
    return Promise.resolve();
  }
}

async function run(changes: Partial<Config>, tuneCache?: TuneCache, skip = false) {
  const tuning: (readonly [number, number])[] = [];
  const config = { ...CONFIG, ...changes };
  const session = new Session({
    gpu: await gpu(),
    config,
    ...(tuneCache && { tuneCache }),
    emit: (event: Event) => {
      if (event.type !== 'preparing' || event.what !== 'tuning') return;
      tuning.push([event.done, event.of]);
      if (skip) session.skipTuning();
    },
    openSet: (limit) =>
      openImageSet(config.data, {
        prepared: () =>
          Promise.reject(
            new DataError({
              code: 'unavailable',
              file: 'data',
              expected: 'prepared images',
              found: 'none',
            }),
          ),
        limit,
      }),
  });
  const report = await session.run();
  if (!report) throw new Error('the run was stopped');
  return { report, tuning };
}

afterEach(noErrors);

test('a run that does not ask for it is not tuned', async () => {
  const cache = new MemoryCache();
  const { report, tuning } = await run({ tune: 'default' }, cache);
  expect(tuning).toEqual([]);
  expect(report.variants).toEqual({});
  expect(cache.kept.size).toBe(0);
});

test('a tuned run reports its kernels, and the next one finds them', async () => {
  const cache = new MemoryCache();
  const first = await run({}, cache);
  // Three layers: forward and both gradients of training but for the images', forward of evaluation.
  const classes = Object.keys(first.report.variants);
  expect(classes.filter((each) => each.startsWith('forward'))).toHaveLength(6);
  expect(classes.filter((each) => each.startsWith('weight-gradient'))).toHaveLength(3);
  expect(classes.filter((each) => each.startsWith('input-gradient'))).toHaveLength(2);
  expect(first.tuning.at(-1)).toEqual([classes.length, classes.length]);
  expect([...cache.kept.values()]).toEqual([first.report.variants]);

  const second = await run({}, cache);
  expect(second.tuning).toEqual([[0, 0]]);
  expect(second.report.variants).toEqual(first.report.variants);
  expect(second.report.loss).toEqual(first.report.loss);
});

test('what a cache holds is not believed blindly', async () => {
  const cache = new MemoryCache();
  cache.get = () =>
    Promise.resolve({ 'forward 1×1/1': 3, 'weight-gradient 1×1/1': 'no such thing' });
  const { report } = await run({}, cache);
  expect(Object.keys(report.variants)).toHaveLength(11);
});

test('skipping leaves the rest to the default', async () => {
  const cache = new MemoryCache();
  const { report } = await run({}, cache, true);
  expect(report.variants).toEqual({});
  expect(cache.kept.size).toBe(0);
});

/**
 * That a dynamic or a strategy of one's own is one file and one line of a registry: examples, which no other file
 * knows of, run through a whole session once the line is there, and do what they promise.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { er } from '../../src/continual/strategies/er.ts';
import { STRATEGIES } from '../../src/continual/strategies/registry.ts';
import type { Strategy } from '../../src/continual/strategies/strategy.ts';
import { DEFAULTS, type Config } from '../../src/lab/config/config.ts';
import type { Event } from '../../src/lab/protocol.ts';
import type { Dynamic } from '../../src/sparse/dynamics/dynamic.ts';
import { DYNAMICS } from '../../src/sparse/dynamics/registry.ts';
import { erClip } from '../examples/er-clip.ts';
import { erTwice } from '../examples/er-twice.ts';
import { reshuffle } from '../examples/reshuffle.ts';
import { relativeError } from '../reference/compare.ts';
import { gpu, noErrors } from './engine.ts';
import { observeSession, type Row } from './observed-session.ts';
import { smallTasks } from './small-tasks.ts';

/** Two tasks of 16 images, four steps each: an epoch has a step of 10 images and one of 6. */
const CONFIG: Config = {
  ...DEFAULTS,
  data: 'shapes',
  imagesPerClass: 8,
  testPerClass: 2,
  classesPerTask: 2,
  tasks: 2,
  model: 'pocket',
  width: 4,
  epochs: 2,
  batch: 10,
  replayBatch: 4,
  bufferSize: 12,
  rate: 0.05,
  seed: 6,
};

// The lines of the registries, which are read as a session begins.
const dynamics: Record<string, Dynamic> = DYNAMICS;
const strategies: Record<string, Strategy> = STRATEGIES;
beforeAll(() => {
  dynamics[reshuffle.name] = reshuffle;
  strategies[erTwice.name] = erTwice;
  strategies[erClip.name] = erClip;
});
afterAll(() => {
  Reflect.deleteProperty(dynamics, reshuffle.name);
  Reflect.deleteProperty(strategies, erTwice.name);
  Reflect.deleteProperty(strategies, erClip.name);
});

afterEach(async () => {
  expect((await gpu()).memory.bytesByKind()).toEqual({});
  await noErrors();
});

test.each([
  { layout: 'block', sparsity: 0.75 },
  { layout: 'unstructured', sparsity: 0.9 },
] as const)('a mask of layout $layout is shuffled half way through each task', async (sparse) => {
  const dynamic = reshuffle.name as Config['dynamic'];
  const config = { ...CONFIG, ...sparse, block: '4x4', dynamic } as const;
  const masks: Event[] = [];
  const report = await observeSession(config, {
    event: (event) => {
      if (event.type === 'masks' || event.type === 'mask') masks.push(event);
    },
  });

  expect(report.masks.map(({ task, step }) => [task, step])).toEqual([
    [0, 2],
    [1, 2],
  ]);
  const [first, ...changes] = masks;
  if (first?.type !== 'masks') throw new Error('a run begins with its masks');
  const present = new Map(first.layers.map(({ name, live }) => [name, new Set(live)]));
  for (const event of changes) {
    if (event.type !== 'mask') throw new Error('masks are told as a whole but once');
    for (const { name, units, before, after, dropped, grown } of event.change.layers) {
      const live = present.get(name)!;
      const rest = 1 - sparse.sparsity;
      const full = Math.round(units * rest);
      const kept = Math.round((units * rest) / 4);
      expect([before, after, live.size], name).toEqual([full, full, full]);
      expect([dropped.length, grown.length], name).toEqual([full - kept, full - kept]);
      for (const unit of dropped) expect(live.delete(unit), `${name}: ${unit} lived`).toBe(true);
      for (const unit of grown) {
        expect(live.has(unit), `${name}: ${unit} did not live`).toBe(false);
        live.add(unit);
      }
    }
  }
  expect(report.loss.every(Number.isFinite)).toBe(true);
});

test('a strategy replays twice, from independent draws that weigh β together', async () => {
  const strategy = erTwice.name as Config['strategy'];
  const config: Config = { ...CONFIG, strategy, beta: 0.6 };
  const steps: Row[][] = [];
  const report = await observeSession(config, {
    afterStep: async (run) => {
      steps.push(await run.rows());
    },
  });

  expect(report.loss).toHaveLength(8);
  expect(report.loss.every((loss) => loss > 0 && loss < 10)).toBe(true);
  steps.forEach((rows, step) => {
    const current = rows.filter(({ from }) => from === 'stream');
    const replayed = rows.filter(({ from }) => from === 'buffer');
    expect(current).toHaveLength(step % 2 === 0 ? 10 : 6);
    // Nothing is held before the first step; then as many as a draw takes, twice.
    expect(replayed).toHaveLength(step === 0 ? 0 : 8);
    for (const row of current) expect(row.crossEntropy).toBe(Math.fround(1 / current.length));
    for (const row of replayed) expect(row.crossEntropy).toBe(Math.fround(0.3 / 4));
    for (const draw of [replayed.slice(0, 4), replayed.slice(4)]) {
      expect(new Set(draw.map(({ index }) => index)).size).toBe(draw.length);
    }
  });
  const apart = steps.filter((rows) => {
    const slots = rows.filter(({ from }) => from === 'buffer').map(({ index }) => index);
    return slots.slice(0, 4).some((slot) => !slots.slice(4).includes(slot));
  });
  expect(apart.length).toBeGreaterThan(0);
  // Replayed in the second task: images of the first.
  expect(steps[4]!.some(({ from, label }) => from === 'buffer' && label < 2)).toBe(true);
});

test('a strategy clips gradients by a kernel and a field of its own', async () => {
  const clip = 0.02;
  const config = { ...CONFIG, strategy: erClip.name as Config['strategy'], clip };
  let largest = 0;
  const report = await observeSession(config, {
    afterStep: async ({ store }) => {
      for (const name of store.names) {
        for (const value of await store.readGradient(name)) {
          largest = Math.max(largest, Math.abs(value));
        }
      }
    },
  });
  expect(report.loss).toHaveLength(8);
  expect(report.loss.every(Number.isFinite)).toBe(true);
  expect(largest).toBe(Math.fround(clip));
});

test('its kernel does what plain code does', async () => {
  const clip = 0.03;
  const rate = 0.05;
  const clipped = await smallTasks(erClip, { options: { clip }, scalars: { rate } });
  const whole = await smallTasks(er, { scalars: { rate } });
  const before = await clipped.weights();
  for (const run of [clipped, whole]) {
    await run.step(await run.begin(0), 0, [0, 1, 2, 3]);
    await run.trainer.idle();
  }
  const most = Math.fround(clip);
  const expected = [...(await whole.gradients())].map(
    ([name, values]) =>
      [name, values.map((value) => Math.max(-most, Math.min(most, value)))] as const,
  );
  const cut = expected.flatMap(([, values]) => [...values]).filter((g) => Math.abs(g) === most);
  expect(cut.length).toBeGreaterThan(10);
  expect(cut.length).toBeLessThan(clipped.store.count / 2);
  const gradients = await clipped.gradients();
  const weights = await clipped.weights();
  for (const [name, values] of expected) {
    expect(gradients.get(name), name).toEqual(values);
    const moved = values.map((g, i) => before.get(name)![i]! - rate * g);
    expect(relativeError(weights.get(name)!, moved), name).toBeLessThan(1e-6);
  }
  clipped.device.memory.releaseAll();
});

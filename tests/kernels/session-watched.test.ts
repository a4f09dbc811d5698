/**
 * A run that is looked at: what is sent to whoever watches is what the run's own buffers hold, and the run is the
 * same as if nobody looked.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Trainer } from '../../src/continual/step/trainer.ts';
import { IMAGE_BYTES } from '../../src/data/image-set.ts';
import { openImageSet } from '../../src/data/registry.ts';
import { shapes } from '../../src/data/shapes.ts';
import { DEFAULTS, type Config } from '../../src/lab/config/config.ts';
import type { Event } from '../../src/lab/protocol.ts';
import type { Report } from '../../src/lab/report/report.ts';
import { Session } from '../../src/lab/engine/run/session.ts';
import { gpu, noErrors } from './engine.ts';

/** The images of a run of bytes, each by itself. */
const imagesOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / IMAGE_BYTES }, (_, i) =>
    bytes.slice(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
  );

/** Two tasks of four epochs of two steps; the mask moves four times a task, and images go twice. */
const CONFIG: Config = {
  ...DEFAULTS,
  data: 'shapes',
  imagesPerClass: 8,
  testPerClass: 4,
  classesPerTask: 2,
  tasks: 2,
  model: 'pocket',
  width: 8,
  layout: 'block',
  block: '4x4',
  sparsity: 0.75,
  dynamic: 'em',
  maskInterval: 0.25,
  maskChange: 0.125,
  maskEnd: 1,
  removal: 0.5,
  removalEnd: 0.5,
  removalInterval: 0.25,
  strategy: 'er',
  bufferSize: 6,
  epochs: 4,
  batch: 10,
  replayBatch: 8,
  rate: 0.05,
  seed: 3,
};

const WATCHED: readonly Event['type'][] = ['units', 'ledger', 'buffer'];

async function run(changes: Partial<Config>, watched: boolean) {
  const config = { ...CONFIG, ...changes };
  const events: Event[] = [];
  const session = new Session({
    gpu: await gpu(),
    config,
    watched,
    emit: (event) => events.push(event),
    openSet: (limit) =>
      openImageSet('shapes', {
        prepared: () => Promise.reject(new Error('tests use the procedural set')),
        limit,
      }),
  });
  const report = await session.run();
  if (!report) throw new Error('the session was stopped');
  return { report, events };
}

const of = <T extends Event['type']>(events: readonly Event[], type: T) =>
  events.filter((event): event is Extract<Event, { type: T }> => event.type === type);

const withoutTiming = ({ timing: _, ...rest }: Report) => rest;

afterEach(async () => {
  const { memory } = await gpu();
  expect(memory.bytesByKind()).toEqual({});
  vi.restoreAllMocks();
  await noErrors();
});

describe('watching', () => {
  test.each<Partial<Config>>([
    {},
    { layout: 'unstructured', dynamic: 'sparcl', strategy: 'derpp', gradientSparsity: 0.8 },
    { layout: 'dense', sparsity: 0, dynamic: 'static', strategy: 'icarl', removal: 0 },
  ])('changes nothing of a run: %o', async (changes) => {
    const alone = await run(changes, false);
    const watched = await run(changes, true);
    expect(withoutTiming(watched.report)).toEqual(withoutTiming(alone.report));
    expect(alone.events.filter(({ type }) => WATCHED.includes(type))).toEqual([]);
    for (const removal of of(alone.events, 'removal')) {
      expect(removal).not.toHaveProperty('removed');
      expect(removal).not.toHaveProperty('kept');
    }
    // Neither what is sent besides, nor its order.
    const told = ({ type }: Event) => ['masks', 'mask', 'removal', 'accuracy'].includes(type);
    const bare = (events: readonly Event[]) =>
      events.filter(told).map((event) => ({ ...event, removed: undefined, kept: undefined }));
    expect(bare(watched.events)).toEqual(bare(alone.events));
  });

  test('shows mean magnitudes of units where each task ends, dead ones as 0', async () => {
    const device = await gpu();
    // Weights and gradients as the store reads them, after the last step of each task.
    const truth: Map<string, { weight: Float32Array; gradient: Float32Array }>[] = [];
    const create = Trainer.create.bind(Trainer);
    vi.spyOn(Trainer, 'create').mockImplementation(async (options) => {
      const trainer = await create(options);
      const step = trainer.step.bind(trainer);
      let steps = 0;
      trainer.step = async (task, indices, scalars) => {
        await step(task, indices, scalars);
        steps++;
        if (steps % ofTask !== 0) return;
        const { store } = options;
        const values = new Map<string, { weight: Float32Array; gradient: Float32Array }>();
        for (const name of store.names) {
          values.set(name, {
            weight: await store.read(name),
            gradient: await store.readGradient(name),
          });
        }
        truth.push(values);
      };
      return trainer;
    });
    // Nothing leaves, so every epoch has two steps.
    const ofTask = 8;
    const { events } = await run({ removal: 0 }, true);
    expect(device.errors).toEqual([]);
    const [masks] = of(events, 'masks');
    const layers = masks!.layers.map(({ name }) => name);
    expect(layers.length).toBeGreaterThan(1);
    const ends = of(events, 'units').filter(({ at }) => at === ofTask || at === 2 * ofTask);
    expect(ends.map(({ at }) => at)).toEqual([ofTask, 2 * ofTask]);
    for (const [i, { layers: told }] of ends.entries()) {
      expect(told.map(({ name }) => name)).toEqual(layers);
      for (const layer of told) {
        const grid = masks!.layers.find(({ name }) => name === layer.name)!.grid;
        const names = [...truth[i]!.keys()].filter((name) => name.startsWith(layer.name));
        const weightName = names.find((name) => name.endsWith('weight'))!;
        for (const kind of ['weight', 'gradient'] as const) {
          const values = truth[i]!.get(weightName)![kind];
          const [inner, taps] = [grid.columns * grid.extent[1], grid.taps];
          const expected = layer[kind].map(() => 0);
          for (let tap = 0; tap < taps; tap++) {
            for (let row = 0; row < grid.rows; row++) {
              for (let column = 0; column < grid.columns; column++) {
                let sum = 0;
                for (let o = 0; o < 4; o++) {
                  for (let c = 0; c < 4; c++) {
                    const out = row * 4 + o;
                    const into = column * 4 + c;
                    sum += Math.abs(values[(out * inner + into) * taps + tap]!);
                  }
                }
                const [t, r, k] = grid.strides;
                expected[tap * t + row * r + column * k] = sum / 16;
              }
            }
          }
          layer[kind].forEach((value, unit) => {
            expect(value).toBeCloseTo(expected[unit]!, 5);
          });
          const dead = expected.filter((value) => value === 0).length;
          expect(dead).toBeGreaterThan(0);
          expect(dead).toBeLessThan(expected.length);
          expect(layer[kind].filter((value) => value === 0)).toHaveLength(dead);
        }
      }
    }
  });

  test('shows what the buffer holds: images of the set, under their classes and tasks', async () => {
    const { events } = await run({ removal: 0 }, true);
    const buffers = of(events, 'buffer');
    const set = shapes();
    const images = await Promise.all([0, 1, 2, 3].map((label) => set.load(label, 'train', 8)));
    expect(buffers.filter(({ at }) => at === 8 || at === 16)).toHaveLength(2);
    for (const { at, capacity, tasks, content } of buffers) {
      expect(capacity).toBe(6);
      // A step offers ten images, so the buffer is full from the first step on.
      expect(Array.from(content.images)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(content.pixels).toHaveLength(6 * IMAGE_BYTES);
      content.heads.forEach((head, slot) => {
        // Labels are heads here; two classes a task.
        expect(imagesOf(images[head]!)).toContainEqual(imagesOf(content.pixels)[slot]);
        expect(tasks[slot]).toBe(Math.floor(head / 2));
        if (at <= 8) expect(tasks[slot]).toBe(0);
      });
    }
    expect(Array.from(buffers.at(-1)!.tasks)).toContain(1);
  });

  test('shows images that go and images that stay, from both classes', async () => {
    const { events } = await run({}, true);
    const removals = of(events, 'removal');
    expect(removals).toHaveLength(4);
    const set = shapes();
    for (const { removal, removed, kept } of removals) {
      const labels = [2 * removal.task, 2 * removal.task + 1];
      const classes = await Promise.all(labels.map((label) => set.load(label, 'train', 8)));
      const task = classes.flatMap(imagesOf);
      expect(Array.from(removed!.images)).toEqual(Array.from(removal.removed));
      expect(kept!.images).toHaveLength(removal.kept);
      for (const { images, heads, pixels } of [removed!, kept!]) {
        images.forEach((image, i) => {
          expect(heads[i]).toBe(labels[Math.floor(image / 8)]);
          expect(imagesOf(pixels)[i]).toEqual(task[image]);
        });
      }
    }
  });

  test('says what a step executes before the first one, and as the mask thins out', async () => {
    const { events, report } = await run({ dynamic: 'gmp', sparsity: 0.9, removal: 0 }, true);
    const ledger = of(events, 'ledger');
    expect(ledger[0]).toMatchObject({ at: 0, bytes: { images: 16 * IMAGE_BYTES } });
    expect(events.indexOf(ledger[0]!)).toBeLessThan(
      events.findIndex(({ type }) => type === 'progress'),
    );
    expect(ledger[0]!.bytes).toEqual(report.gpuBytesByKind);
    const macs = ledger.map(({ step }) => step.all.macs);
    expect(macs[0]).toBe(report.model.macsPerStep);
    expect(macs.at(-1)).toBeLessThan(macs[0]!);
    expect(ledger.at(-1)!.step.all.denseMacs).toBe(ledger[0]!.step.all.denseMacs);
  });
});

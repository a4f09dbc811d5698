/** Classes of a visitor's own as the last task of a run: learnt, tested, and told by their names. */
import { describe, expect, test } from 'vitest';
import { IMAGE_BYTES } from '../../src/data/image-set.ts';
import { openImageSet } from '../../src/data/registry.ts';
import { DEFAULTS, type Config } from '../../src/lab/config/config.ts';
import type { AddedClass, Event } from '../../src/lab/protocol.ts';
import { Session } from '../../src/lab/engine/run/session.ts';
import { gpu } from './engine.ts';

const CONFIG: Config = {
  ...DEFAULTS,
  data: 'shapes',
  imagesPerClass: 20,
  testPerClass: 10,
  classesPerTask: 2,
  tasks: 2,
  addedClasses: 2,
  width: 4,
  bufferSize: 10,
  epochs: 6,
  batch: 8,
  replayBatch: 8,
  rate: 0.1,
};

/** All pixels of all images near one value: black and white are told apart at once. */
const plain = (name: string, value: number): AddedClass => {
  const images = new Uint8Array(30 * IMAGE_BYTES);
  for (let i = 0; i < images.length; i++) images[i] = value + (i % 7);
  return { name, images };
};

async function run(added?: readonly AddedClass[]) {
  const events: Event[] = [];
  const report = await new Session({
    gpu: await gpu(),
    config: CONFIG,
    ...(added && { added }),
    emit: (event) => {
      events.push(event);
    },
    openSet: (limit) =>
      openImageSet('shapes', { prepared: () => Promise.reject(new Error('not asked')), limit }),
  }).run();
  return { report: report!, events };
}

describe('a run with added classes', () => {
  test('learns them as its last task', async () => {
    const { report, events } = await run([plain('night', 10), plain('day', 240)]);
    const plan = events.find((event) => event.type === 'plan')!;
    expect(plan.tasks.map(({ classes }) => classes)[2]).toEqual(['night', 'day']);
    expect(plan.tasks.map(({ heads }) => heads)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(plan.taskEnds).toHaveLength(3);
    expect(plan.taskEnds[2]).toBe(report.steps);
    // Black from white, once it has been taught.
    expect(report.taskIncremental.matrix[2]![2]).toBe(1);
    expect(report.data.classes[2]).toEqual(['night', 'day']);
  });

  test('says in words that there are too few', async () => {
    await expect(run([plain('night', 10)])).rejects.toThrow(
      'your images: expected 2 classes of them, found 1',
    );
    await expect(run()).rejects.toThrow('your images: expected 2 classes of them, found none');
  });
});

/** GDumb: which images its buffer keeps, against the algorithm written down again; that each task trains a fresh net on it. */
import { afterEach, expect, test } from 'vitest';
import { GreedySampler } from '../../src/continual/buffer/greedy-sampler.ts';
import { gdumb } from '../../src/continual/strategies/gdumb.ts';
import { epochOrder } from '../../src/continual/stream/stream.ts';
import { RandomStream, STREAM } from '../../src/gpu/rng.ts';
import { IMAGE_BYTES } from '../../src/data/image-set.ts';
import { relativeError } from '../reference/compare.ts';
import { gpu, noErrors, readWords } from './engine.ts';
import {
  IMAGES,
  plainGradients,
  rowsOf,
  SEED,
  smallTasks,
  TASKS,
  untrained,
} from './small-tasks.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

/** Algorithm 1 on sets of (slot, image), one a class. */
function plainSampler(capacity: number, random: RandomStream) {
  const held = new Map<number, { slot: number; image: string }[]>();
  const size = () => [...held.values()].reduce((sum, { length }) => sum + length, 0);
  const offer = (label: number, image: string) => {
    if (!held.has(label)) held.set(label, []);
    if (held.get(label)!.length >= capacity / held.size) return;
    let slot = size();
    if (slot >= capacity) {
      const most = Math.max(...[...held.values()].map(({ length }) => length));
      const largest = [...held.values()].find(({ length }) => length === most)!;
      largest.sort((a, b) => a.slot - b.slot);
      slot = largest.splice(random.below(largest.length), 1)[0]!.slot;
    }
    held.get(label)!.push({ slot, image });
  };
  const slots = () =>
    [...held]
      .flatMap(([label, images]) => images.map((kept) => ({ ...kept, label })))
      .sort((a, b) => a.slot - b.slot);
  return { offer, slots };
}

test('the sampler keeps what the algorithm keeps, balanced to one image', () => {
  const capacity = 20;
  const sampler = new GreedySampler(capacity, new RandomStream(3, STREAM.reservoir));
  const plain = plainSampler(capacity, new RandomStream(3, STREAM.reservoir));
  const stream = new RandomStream(8, STREAM.shuffle);
  const images: string[] = [];
  // Three tasks of two classes, the second with few images of one.
  for (const [first, count, rare] of [
    [0, 60, 0.5],
    [2, 30, 0.1],
    [4, 60, 0.5],
  ] as const) {
    for (let i = 0; i < count; i++) {
      const label = first + (stream.uniform() < rare ? 1 : 0);
      const image = `${first}/${i}`;
      const slot = sampler.offer(label);
      if (slot >= 0) images[slot] = image;
      plain.offer(label, image);
    }
    const slots = plain.slots();
    expect(slots.map(({ slot }) => slot)).toEqual([...sampler.labels.keys()]);
    expect(sampler.labels).toEqual(slots.map(({ label }) => label));
    expect(images).toEqual(slots.map(({ image }) => image));
  }
  expect(sampler.labels).toHaveLength(capacity);
  const counts = [0, 1, 2, 4, 5].map((k) => sampler.labels.filter((l) => l === k).length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
});

test('each task trains the initial net on the buffer, and on nothing else', async () => {
  // Larger than a task, smaller than two.
  const capacity = IMAGES + 2;
  const run = await smallTasks(gdumb, { bufferSize: capacity });
  const initial = await run.weights();
  const plain = plainSampler(capacity, new RandomStream(SEED, STREAM.reservoir));
  for (const { index, targets } of TASKS) {
    const taught = await run.begin(index);
    for (const image of epochOrder(SEED, index, 0, targets.length)) {
      plain.offer(targets[image]!, `${index}/${image}`);
    }
    const slots = plain.slots();
    expect([...taught.targets]).toEqual(slots.map(({ label }) => label));
    expect(taught).toMatchObject({ firstOutput: 0, labels: [0, 1, 2, 3].slice(0, 2 * index + 2) });
    const words = await readWords(
      run.device,
      run.labelled('task images'),
      (slots.length * IMAGE_BYTES) / 4,
    );
    const rows = slots.map(({ image }) => {
      const [task, number] = image.split('/').map(Number) as [number, number];
      return rowsOf(task, [number])[0]!;
    });
    expect(new Uint8Array(words.buffer)).toEqual(
      new Uint8Array(rows.flatMap(({ bytes }) => [...bytes])),
    );
    expect(await run.weights()).toEqual(initial);

    // Slots of both tasks in one batch.
    const batch = [0, 2, 4, slots.length - 1];
    await run.step(taught, index, Uint32Array.from(batch));
    const { gradients } = plainGradients(
      initial,
      untrained(),
      batch.map((slot) => rows[slot]!),
    );
    for (const [name, found] of await run.gradients()) {
      expect(relativeError(found, gradients.get(name)!), name).toBeLessThan(1e-3);
    }
    await run.trainer.endTask(taught);
  }
});

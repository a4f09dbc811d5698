/** Streams of the same classes in other pictures: what becomes of pixels, and which outputs labels belong to. */
import { describe, expect, it } from 'vitest';
import { angleOf, pixelOrder, shiftedSet } from '../../../src/continual/stream/domain-shift.ts';
import { STRATEGIES } from '../../../src/continual/strategies/registry.ts';
import type { Strategy } from '../../../src/continual/strategies/strategy.ts';
import {
  createStream,
  outputCount,
  type StreamOptions,
} from '../../../src/continual/stream/stream.ts';
import { IMAGE_BYTES } from '../../../src/data/image-set.ts';
import { imageSet } from '../../../src/data/image-source.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;

/** Two classes of two images; a pixel says its class, image, channel and place. */
const value = (label: number, image: number, byte: number) =>
  (byte * 7 + image * 31 + label * 101) % 251;
const set = imageSet({
  facts: { name: 'two', title: 'Two', mean: [0, 0, 0], std: [1, 1, 1], notice: '' },
  classes: ['cat', 'dog'],
  counts: { train: [2, 2], test: [1, 1] },
  bring: (label, _, wanted) =>
    Promise.resolve(
      Uint8Array.from({ length: wanted * IMAGE_BYTES }, (_byte, i) =>
        value(label, Math.floor(i / IMAGE_BYTES), i % IMAGE_BYTES),
      ),
    ),
});
const at = (image: Uint8Array, x: number, y: number, channel = 0) =>
  image[channel * PLANE + y * SIDE + x]!;

describe('a shifted set', () => {
  it('is the set itself where tasks have classes of their own', () => {
    expect(shiftedSet(set, 'split', 3, 0)).toBe(set);
  });

  it('has a label for each task and class, with as many images', () => {
    const shifted = shiftedSet(set, 'rotated', 3, 0);
    expect(shifted.classes).toEqual([
      'cat, turned by 0°',
      'dog, turned by 0°',
      'cat, turned by 60°',
      'dog, turned by 60°',
      'cat, turned by 120°',
      'dog, turned by 120°',
    ]);
    expect(shifted.count(5, 'train')).toBe(2);
    expect(() => shiftedSet(set, 'permuted', 3, 0).count(NaN, 'train')).toThrow(RangeError);
  });

  it('rearranges pixels by one order a task, all colours alike', async () => {
    const shifted = shiftedSet(set, 'permuted', 2, 5);
    for (const task of [0, 1]) {
      const order = pixelOrder(5, task);
      const images = await shifted.load(2 * task + 1, 'train', 2);
      expect(images).toHaveLength(2 * IMAGE_BYTES);
      for (let image = 0; image < 2; image++) {
        for (let c = 0; c < 3; c++) {
          for (const place of [0, 1, 500, 1023]) {
            const from = value(1, image, c * PLANE + order[place]!);
            expect(images[image * IMAGE_BYTES + c * PLANE + place]).toBe(from);
          }
        }
      }
    }
  });

  it('has an order for every task and seed that is a permutation of its own', () => {
    const orders = [0, 1].flatMap((seed) => [0, 1, 2].map((task) => pixelOrder(seed, task)));
    for (const order of orders) {
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: PLANE }, (_, i) => i));
    }
    expect(new Set(orders.map((order) => order.join())).size).toBe(6);
    expect(pixelOrder(1, 2)).toEqual(pixelOrder(1, 2));
  });

  it('turns by equal steps from 0 to below 180 degrees', () => {
    expect([0, 1, 2, 3].map((task) => angleOf(task, 4))).toEqual([0, 45, 90, 135]);
  });

  it('leaves the first task alone, and turns by a right angle exactly, anticlockwise', async () => {
    const shifted = shiftedSet(set, 'rotated', 2, 0);
    const [whole, first, turned] = await Promise.all([
      set.load(0, 'train', 1),
      shifted.load(0, 'train', 1),
      shifted.load(2, 'train', 1),
    ]);
    expect(first).toEqual(whole);
    // The right edge becomes the top one: (x, y) shows what stood at (31 − y, x).
    for (const [x, y] of [
      [0, 0],
      [31, 0],
      [5, 17],
      [20, 31],
    ] as const) {
      for (let c = 0; c < 3; c++) expect(at(turned, x, y, c)).toBe(at(whole, 31 - y, x, c));
    }
  });

  it('interpolates, and is black where the image does not reach', async () => {
    const white = imageSet({
      facts: { name: 'white', title: 'White', mean: [0, 0, 0], std: [1, 1, 1], notice: '' },
      classes: ['white'],
      counts: { train: [1], test: [1] },
      bring: () => Promise.resolve(new Uint8Array(IMAGE_BYTES).fill(255)),
    });
    const turned = await shiftedSet(white, 'rotated', 4, 0).load(1, 'train', 1);
    expect(at(turned, 15, 15)).toBe(255);
    expect(at(turned, 0, 0)).toBe(0);
    // Half a pixel inside the turned edge, on the diagonal through a corner's middle.
    const grey = Array.from({ length: SIDE }, (_, x) => at(turned, x, 0)).filter(
      (level) => level > 0 && level < 255,
    );
    expect(grey.length).toBeGreaterThan(0);
  });
});

describe('a stream of such tasks', () => {
  const options: StreamOptions = {
    classes: 10,
    classesPerTask: 10,
    tasks: 3,
    classOrder: 'label',
    seed: 0,
    imagesPerClass: 2,
    stream: 'permuted',
  };

  it('has the same outputs in every task, under labels of its own', () => {
    const { training, evaluation, outputs } = createStream(options);
    expect(outputs).toBe(10);
    expect(training.map(({ firstOutput }) => firstOutput)).toEqual([0, 0, 0]);
    expect(training[2]!.labels).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
    expect(Array.from(training[2]!.targets.slice(0, 5))).toEqual([0, 0, 1, 1, 2]);
    expect(evaluation.map(outputCount)).toEqual([10, 10, 10]);
  });

  it('is trained as one under the same outputs by joint', () => {
    const { training } = createStream({ ...options, classesPerTask: 2 }, 'joint');
    expect(training[0]!.labels).toEqual([0, 1, 10, 11, 20, 21]);
    expect(Array.from(training[0]!.targets)).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]);
    expect(outputCount(training[0]!)).toBe(2);
  });

  it('takes the first classes of an order drawn from the seed', () => {
    const { training, classOrder } = createStream({
      ...options,
      classesPerTask: 3,
      classOrder: 'shuffled',
    });
    expect(training[0]!.labels).toEqual(classOrder.slice(0, 3));
    expect(training[1]!.labels).toEqual(classOrder.slice(0, 3).map((label) => 10 + label));
  });

  it('needs its classes once only', () => {
    expect(() => createStream({ ...options, tasks: 50 })).not.toThrow();
    expect(() => createStream({ ...options, classesPerTask: 11 })).toThrow(
      '3 tasks of the same 11 classes need 11 classes; the set has 10',
    );
  });

  it('is nothing for strategies that tell tasks by their classes', () => {
    expect(
      Object.values<Strategy>(STRATEGIES)
        .filter(({ needs }) => needs?.ownClasses === true)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['gdumb', 'icarl', 'lwf', 'packnet']);
  });
});

/**
 * Which images training leaves out, and when: the published schedule to the image, and decisions against a
 * reference that sorts by one packed key, with ties, unseen and never-learned images among them.
 */
import { describe, expect, it, test } from 'vitest';
import {
  DataRemoval,
  keptImages,
  removedImages,
  windowScore,
  type RemovalOptions,
  type RemovalScore,
} from '../../../src/continual/data-sparsity/data-removal.ts';
import type { SampleCounts } from '../../../src/continual/data-sparsity/sample-tally.ts';
import { epochOrder } from '../../../src/continual/stream/stream.ts';
import { RandomStream } from '../../../src/gpu/rng.ts';

/** SparCL's release: 750 of 10,000 before the epochs 5, 10, 15 and 20 of 50. */
const SPARCL: RemovalOptions = {
  removal: 0.3,
  removalEnd: 0.4,
  maskInterval: 0.1,
  removalScore: 'misclassified',
};
/** MEST's: 12,000 of 50,000 before epoch 70 of 160, while masks move every 5. */
const MEST: RemovalOptions = {
  removal: 0.24,
  removalEnd: 70 / 160,
  removalInterval: 1,
  maskInterval: 5 / 160,
  removalScore: 'forgetting',
};

const kept = (options: RemovalOptions, epochs: number, images: number) =>
  Array.from({ length: epochs }, (_, epoch) => keptImages(options, epochs, epoch, images));

describe('keptImages', () => {
  it('is SparCL’s schedule: 10000, 9250, 8500, 7750, 7000, and .775 of the data in the mean', () => {
    const found = kept(SPARCL, 50, 10_000);
    const stages = [10_000, 9250, 8500, 7750, 7000].flatMap((images, i) =>
      new Array<number>(i < 4 ? 5 : 30).fill(images),
    );
    expect(found).toEqual(stages);
    expect(found.reduce((sum, images) => sum + images, 0) / (50 * 10_000)).toBe(0.775);
  });

  it('is MEST’s one removal where a window is as long as the cut-off', () => {
    const found = kept(MEST, 160, 50_000);
    expect(new Set(found.slice(0, 70))).toEqual(new Set([50_000]));
    expect(new Set(found.slice(70))).toEqual(new Set([38_000]));
    expect(kept({ ...MEST, removalInterval: 70 / 160 }, 160, 50_000)).toEqual(found);
  });

  it.each([
    // Windows end before the first epoch that is not earlier.
    [{ ...SPARCL }, 7, 1000, [1000, 925, 850, 700, 700, 700, 700]],
    // Four windows end within the first of two epochs.
    [{ ...SPARCL }, 2, 1000, [1000, 700]],
    [{ ...SPARCL }, 1, 1000, [1000]],
    [{ ...SPARCL, removal: 0 }, 3, 1000, [1000, 1000, 1000]],
    [{ ...SPARCL, removalEnd: 0 }, 3, 1000, [1000, 700, 700]],
    // Never none.
    [{ ...SPARCL, removal: 0.95, removalEnd: 1 }, 3, 3, [3, 2, 1]],
    // 0.3 of a task is three windows of 0.1, whatever floats make of it.
    [{ ...SPARCL, removalEnd: 0.3 }, 10, 1000, [1000, 900, 800, ...new Array<number>(7).fill(700)]],
  ])('%o over %i epochs', (options, epochs, images, expected) => {
    expect(kept(options, epochs, images)).toEqual(expected);
  });
});

test('windows of fewer than five presentations go by margins', () => {
  expect([1, 4, 5, 50].map((epochs) => windowScore('misclassified', epochs))).toEqual([
    'margin',
    'margin',
    'misclassified',
    'misclassified',
  ]);
});

/** Counts with many ties: of 60 images some are unseen, some never right. */
function counted(seed: number, images = 60): SampleCounts {
  const random = new RandomStream(seed, 51);
  const draw = (n: number) => Array.from({ length: images }, () => random.below(n));
  const presentations = draw(6).map((n) => (n === 0 ? 0 : 4 + (n % 2)));
  const misclassified = draw(6).map((n, i) => Math.min(n, presentations[i]!));
  const forgotten = draw(3).map((n, i) => Math.min(n, misclassified[i]!));
  return {
    presentations: Uint32Array.from(presentations),
    misclassified: Uint32Array.from(misclassified),
    forgotten: Uint32Array.from(forgotten),
    everRight: Uint8Array.from(presentations, (n, i) => (n > misclassified[i]! ? 1 : 0)),
    // Sums such that the largest is not the largest mean.
    margin: Float32Array.from(draw(9).map((n, i) => (n / 4 - 1) * presentations[i]!)),
  };
}

/** The release's way: one number an image, never-learned ones raised above all; then a plain selection. */
function reference(counts: SampleCounts, among: readonly number[], score: RemovalScore, n: number) {
  const key = (i: number) => {
    const shown = counts.presentations[i]!;
    const value = {
      misclassified: counts.misclassified[i]!,
      forgetting: counts.forgotten[i]!,
      margin: -counts.margin[i]! / shown,
    }[score];
    return value + (counts.misclassified[i]! === shown ? 1000 : 0);
  };
  const left = among.filter((i) => counts.presentations[i]! > 0);
  const gone: number[] = [];
  while (gone.length < n && left.length > 0) {
    // The first of the smallest.
    const least = left.reduce((a, b) => (key(b) < key(a) ? b : a));
    gone.push(least);
    left.splice(left.indexOf(least), 1);
  }
  return gone.sort((a, b) => a - b);
}

describe.each(['misclassified', 'forgetting', 'margin'] as const)('removal by %s', (score) => {
  it.each([0, 1, 2, 3])('is that of the reference, seed %i', (seed) => {
    const counts = counted(seed);
    const among = Array.from({ length: 60 }, (_, i) => i).filter((i) => i % 7 !== 3);
    for (const n of [0, 1, 10, 25, 60]) {
      const found = removedImages(among, counts, score, n);
      expect([...found], `${n} images`).toEqual(reference(counts, among, score, n));
    }
    // Ties are there to be broken.
    const seen = among.filter((i) => counts.presentations[i]! > 0);
    expect(new Set(seen.map((i) => counts.misclassified[i])).size).toBeLessThan(seen.length / 4);
    expect([...removedImages(among, counts, score, 60)]).toEqual(seen);
  });
});

describe('DataRemoval', () => {
  const options: RemovalOptions = { ...SPARCL, removalScore: 'forgetting' };

  it('visits kept images alone, as a plain epoch does until some are removed', () => {
    const removal = new DataRemoval(options, 11, 50);
    removal.beginTask(2, 60);
    expect(removal.order(3)).toEqual(epochOrder(11, 2, 3, 60));
    const epochs = Array.from({ length: 50 }, (_, epoch) => epoch);
    const planned = (epoch: number) => keptImages(options, 50, epoch, 60);
    const events = epochs.filter((epoch) => epoch > 0 && planned(epoch) < planned(epoch - 1));
    expect(events).toEqual([5, 10, 15, 20]);
    let left = Array.from({ length: 60 }, (_, i) => i);
    for (const epoch of events) {
      const counts = counted(epoch);
      const expected = reference(
        counts,
        left,
        'forgetting',
        left.length - keptImages(options, 50, epoch, 60),
      );
      const event = removal.remove(epoch, counts);
      left = left.filter((image) => !expected.includes(image));
      expect(event).toEqual({
        task: 2,
        epoch,
        score: 'forgetting',
        removed: Uint32Array.from(expected),
        kept: left.length,
      });
      expect([...removal.kept]).toEqual(left);
      const order = removal.order(epoch);
      expect([...order].sort((a, b) => a - b)).toEqual(left);
      expect([...order]).toEqual([...epochOrder(11, 2, epoch, left.length)].map((i) => left[i]));
    }
    expect(left).toHaveLength(42);
    removal.beginTask(3, 8);
    expect([...removal.kept]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('goes by margins where a window was too short, counted from the removal before', () => {
    // Windows of three epochs.
    const removal = new DataRemoval(options, 11, 30);
    removal.beginTask(0, 60);
    expect(removal.remove(3, counted(1)).score).toBe('margin');
    expect(removal.remove(6, counted(1)).score).toBe('margin');
    const long = new DataRemoval({ ...options, removalInterval: 1 }, 11, 50);
    long.beginTask(0, 60);
    expect(long.remove(20, counted(1)).score).toBe('forgetting');
  });

  it('never removes what a buffer adds to the task', () => {
    const removal = new DataRemoval({ ...options, removal: 0.9 }, 11, 50);
    removal.beginTask(1, 60, 40);
    for (const epoch of [5, 10, 15, 20]) {
      const all = { ...counted(epoch), presentations: new Uint32Array(60).fill(5) };
      removal.remove(epoch, all);
    }
    expect([...removal.kept].filter((image) => image < 40)).toHaveLength(4);
    expect([...removal.kept].slice(4)).toEqual(Array.from({ length: 20 }, (_, i) => 40 + i));
  });
});

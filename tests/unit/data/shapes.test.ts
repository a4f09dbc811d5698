/** The procedural set: the same every time, even over its classes, and as its facts describe it. */
import { describe, expect, it } from 'vitest';
import { shapes } from '../../../src/data/shapes.ts';

describe('shapes', () => {
  const set = shapes();

  it('draws an image the same whenever, and however many are drawn with it', async () => {
    const many = await set.load(6, 'train', 20);
    const again = await shapes().load(6, 'train', 7);
    expect(again).toEqual(many.subarray(0, 7 * 3072));
    expect(many.length).toBe(20 * 3072);
  });

  it('draws no image twice, over classes and splits', async () => {
    const seen = new Set<string>();
    for (let label = 0; label < 10; label++) {
      for (const split of ['train', 'test'] as const) {
        const images = await set.load(label, split, 30);
        for (let i = 0; i < 30; i++) {
          seen.add(Buffer.from(images.subarray(i * 3072, (i + 1) * 3072)).toString('base64'));
        }
      }
    }
    expect(seen.size).toBe(600);
  });

  it('has ten classes of distinct pairs, each outline and each texture in two of them', () => {
    expect(new Set(set.classes).size).toBe(10);
    for (const at of [0, 1]) {
      const uses = new Map<string, number>();
      for (const name of set.classes) {
        const factor = name.split(' ')[at]!;
        uses.set(factor, (uses.get(factor) ?? 0) + 1);
      }
      expect([...uses.values()]).toEqual([2, 2, 2, 2, 2]);
    }
    for (let label = 0; label < 10; label++) {
      expect([set.count(label, 'train'), set.count(label, 'test')]).toEqual([5000, 1000]);
    }
  });

  it('has the mean and the deviation that it states', async () => {
    const sums = [0, 0, 0];
    const squares = [0, 0, 0];
    for (let label = 0; label < 10; label++) {
      const images = await set.load(label, 'train', 100);
      images.forEach((byte, i) => {
        const c = Math.floor(i / 1024) % 3;
        sums[c]! += byte / 255;
        squares[c]! += (byte / 255) ** 2;
      });
    }
    for (let c = 0; c < 3; c++) {
      const mean = sums[c]! / (1000 * 1024);
      expect(mean).toBeCloseTo(set.mean[c]!, 1.7);
      expect(
        Math.abs(Math.sqrt(squares[c]! / (1000 * 1024) - mean ** 2) - set.std[c]!),
      ).toBeLessThan(0.01);
    }
  });

  it('is not told apart by mean colour, and is by the average image of a class only in part', async () => {
    // Nearest class mean on raw pixels: well above chance (a tenth), and far from solved.
    const means: Float64Array[] = [];
    for (let label = 0; label < 10; label++) {
      const images = await set.load(label, 'train', 200);
      const mean = new Float64Array(3072);
      images.forEach((byte, i) => (mean[i % 3072]! += byte / 200));
      means.push(mean);
    }
    let right = 0;
    for (let label = 0; label < 10; label++) {
      const images = await set.load(label, 'test', 50);
      for (let n = 0; n < 50; n++) {
        const distances = means.map((mean) =>
          mean.reduce((sum, m, i) => sum + (m - images[n * 3072 + i]!) ** 2, 0),
        );
        if (distances.indexOf(Math.min(...distances)) === label) right++;
      }
    }
    expect(right / 500).toBeGreaterThan(0.15);
    expect(right / 500).toBeLessThan(0.5);
  });
});

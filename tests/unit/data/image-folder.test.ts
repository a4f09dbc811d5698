/** Folders of real image files: which are found in which order, how they are decoded, and what is wrong. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openImageFolder } from '../../../src/data/prepare/image-folder.ts';
import { openImageSet } from '../../../src/data/registry.ts';
import { fault } from './expected.ts';

type Colour = readonly [number, number, number];
const PLANE = 32 * 32;
let root: string;

async function image(path: string, [r, g, b]: Colour, width = 32, height = 32): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await sharp({ create: { width, height, channels: 3, background: { r, g, b } } }).toFile(file);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'palimpsest-folder-'));
  for (let i = 1; i <= 11; i++) {
    await image(`flat/cat/${String(i).padStart(2, '0')}.png`, [10 * i, 20, 30]);
    await image(`flat/ant/${String(i).padStart(2, '0')}.png`, [200, 10 * i, 0]);
  }
  await writeFile(join(root, 'flat/cat/notes.txt'), 'no image');
  await mkdir(join(root, 'flat/.thumbnails'));
  await image('split/train/a/x.png', [255, 0, 0], 64, 48);
  await image('split/train/b/x.webp', [0, 0, 255]);
  await image('split/test/a/y.png', [0, 255, 0]);
  await image('split/test/b/y.png', [0, 255, 0]);
  const grey = sharp(new Uint8Array(PLANE).fill(77), {
    raw: { width: 32, height: 32, channels: 1 },
  });
  await grey.png().toFile(join(root, 'split/train/a/grey.png'));
  await image('bad/a/1.png', [1, 2, 3]);
  await image('bad/b/1.png', [1, 2, 3]);
  await image('one/a/1.png', [1, 2, 3]);
  for (let i = 0; i < 5; i++) await image(`damaged/a/${String(i)}.png`, [1, 2, 3]);
  await mkdir(join(root, 'damaged/b'));
  for (let i = 0; i < 5; i++) await writeFile(join(root, `damaged/b/${String(i)}.png`), 'no image');
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('a folder of classes', () => {
  it('gives every fifth image to testing, all by name', async () => {
    const set = await openImageFolder(join(root, 'flat'));
    expect([set.name, set.title, set.classes]).toEqual(['folder', 'flat', ['ant', 'cat']]);
    expect([set.count(1, 'train'), set.count(1, 'test')]).toEqual([9, 2]);
    const reds = (bytes: Uint8Array) =>
      Array.from({ length: bytes.length / 3072 }, (_, i) => bytes[i * 3072]);
    expect(reds(await set.load(1, 'train', 99))).toEqual([10, 20, 30, 40, 60, 70, 80, 90, 110]);
    expect(reds(await set.load(1, 'test', 99))).toEqual([50, 100]);
  });

  it('measures mean and deviation of its channels', async () => {
    const { mean, std } = await openImageFolder(join(root, 'flat'));
    // Reds: nine of 200, and 10, 20, 30, 40, 60, 70, 80, 90, 110 (sum 510).
    expect(255 * mean[0]).toBeCloseTo((9 * 200 + 510) / 18, 6);
    const squares = 9 * 200 ** 2 + 10 ** 2 * (1 + 4 + 9 + 16 + 36 + 49 + 64 + 81 + 121);
    expect(255 * std[0]).toBeCloseTo(Math.sqrt(squares / 18 - ((9 * 200 + 510) / 18) ** 2), 6);
    expect(255 * mean[2]).toBeCloseTo(15, 6);
  });

  it('takes train and test apart where the folder does, scales, and repeats the one channel of grey', async () => {
    const set = await openImageFolder(join(root, 'split'));
    expect([set.count(0, 'train'), set.count(0, 'test')]).toEqual([2, 1]);
    const bytes = await set.load(0, 'train', 2);
    expect([0, 1, 2].map((c) => bytes[c * PLANE + 500])).toEqual([77, 77, 77]);
    expect([0, 1, 2].map((c) => bytes[3072 + c * PLANE + 500])).toEqual([255, 0, 0]);
    expect(Array.from((await set.load(1, 'test', 1)).subarray(PLANE, PLANE + 3))).toEqual([
      255, 255, 255,
    ]);
  });
});

describe('what is wrong with a folder is said', () => {
  it.each([
    ['one', 'wrong-size', '1 of them'],
    ['bad', 'wrong-size', '1 and 0 of a'],
    ['nowhere', 'unreadable', 'ENOENT'],
    ['damaged', 'unreadable', ''],
  ])('%s', async (name, code, found) => {
    const detail = await fault(openImageFolder(join(root, name)));
    expect(detail.code).toBe(code);
    expect(detail.found).toContain(found);
  });

  it('as is that a page has none', async () => {
    const nothing = { prepared: () => Promise.reject(new Error('not asked for')) };
    expect(await fault(openImageSet('folder', nothing))).toMatchObject({ code: 'unavailable' });
    const flat = () => openImageFolder(join(root, 'flat'));
    expect((await openImageSet('folder', { ...nothing, folder: flat })).set.title).toBe('flat');
  });
});

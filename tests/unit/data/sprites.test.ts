/**
 * The prepared set over a make-believe server: one small set in lossless WebP, decoded here by sharp as
 * a browser decodes it there. Then the real one, where it is prepared, tile by tile.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { tolerantCache } from '../../../src/data/cache.ts';
import { openFolder } from '../../../src/data/files.ts';
import { MANIFEST_FORMAT, type Manifest } from '../../../src/data/manifest.ts';
import { openSprites, type Pixels, type SpriteTools } from '../../../src/data/sprites.ts';
import { imageOf, type Bytes } from './archives.ts';
import { expectBytes, fault } from './expected.ts';
import { MemoryBackend } from './memory-backend.ts';

const BASE = 'https://example.test/some/path/';
const FOLDER = `${BASE}data/cifar10/`;
const COLUMNS = 3;

async function decode(sheet: Blob): Promise<Pixels> {
  const image = sharp(new Uint8Array(await sheet.arrayBuffer()))
    .ensureAlpha()
    .raw();
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

/** Four images in rows of three tiles, laid out pixel by pixel as the page will see them. */
async function smallSheet(file: number): Promise<{ webp: Bytes; planes: Bytes }> {
  const images = [0, 1, 2, 3].map((index) => imageOf(file, index));
  const width = COLUMNS * 32;
  const pixels = new Uint8Array(width * 64 * 3);
  images.forEach((image, index) => {
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < 32; y++) {
        for (let x = 0; x < 32; x++) {
          const column = (index % COLUMNS) * 32 + x;
          const row = Math.floor(index / COLUMNS) * 32 + y;
          pixels[(row * width + column) * 3 + c] = image[c * 1024 + y * 32 + x]!;
        }
      }
    }
  });
  const webp = await sharp(pixels, { raw: { width, height: 64, channels: 3 } })
    .webp({ lossless: true })
    .toBuffer();
  return {
    webp: new Uint8Array(webp),
    planes: Uint8Array.from(images.flatMap((image) => [...image])),
  };
}

const files = new Map<string, string | Bytes>();
let planes: { train: Bytes; test: Bytes };

beforeAll(async () => {
  const train = await smallSheet(1);
  const test = await smallSheet(2);
  const entry = (name: string, bytes: Bytes) => ({
    images: 4,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sprite: `${name}-0.webp`,
    planes: `${name}-0.bin`,
  });
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    name: 'cifar10',
    title: 'Four images',
    notice: 'made up',
    classes: ['only'],
    mean: [0.5, 0.5, 0.5],
    std: [0.2, 0.2, 0.2],
    tile: { size: 32, columns: COLUMNS },
    train: [entry('train', train.planes)],
    test: [entry('test', test.planes)],
  };
  planes = { train: train.planes, test: test.planes };
  files.set(`${FOLDER}manifest.json`, JSON.stringify(manifest));
  files.set(`${FOLDER}train-0.webp`, train.webp);
  files.set(`${FOLDER}test-0.webp`, test.webp);
});

/** A server that has `files` and remembers what it was asked for. */
function server(changes: Record<string, string | Bytes | null> = {}): {
  asked: string[];
  fetch: SpriteTools['fetch'];
} {
  const asked: string[] = [];
  return {
    asked,
    fetch: (address) => {
      asked.push(address);
      const path = address.split('?', 1)[0]!;
      const body = path in changes ? changes[path] : files.get(path);
      return Promise.resolve(
        body === undefined || body === null
          ? new Response('', { status: 404 })
          : new Response(body),
      );
    },
  };
}

describe('openSprites', () => {
  it('resolves against its base and fetches a class only when asked', async () => {
    const { asked, fetch } = server();
    const set = await openSprites(BASE, { fetch, decode });
    expect(set).toMatchObject({ name: 'cifar10', title: 'Four images', classes: ['only'] });
    expect(set.count(0, 'test')).toBe(4);
    expect(asked).toEqual([`${FOLDER}manifest.json`]);
    expectBytes(await set.load(0, 'test', 4), planes.test);
    expectBytes(await set.load(0, 'train', 2), planes.train.subarray(0, 2 * 3072));
    expect(asked.map((address) => address.split('?', 1)[0])).toEqual([
      `${FOLDER}manifest.json`,
      `${FOLDER}test-0.webp`,
      `${FOLDER}train-0.webp`,
    ]);
  });

  it('is unavailable without a manifest, also where a server answers with its page', async () => {
    for (const answer of [null, '<!doctype html><title>Palimpsest</title>']) {
      const { fetch } = server({ [`${FOLDER}manifest.json`]: answer });
      expect((await fault(openSprites(BASE, { fetch, decode }))).code).toBe('unavailable');
    }
  });

  it('tells a broken manifest, a failing server and a lost connection from a missing set', async () => {
    const answers: SpriteTools['fetch'][] = [
      server({ [`${FOLDER}manifest.json`]: '{"format":"palimpsest-images/1"}' }).fetch,
      () => Promise.resolve(new Response('', { status: 503 })),
      () => Promise.reject(new TypeError('failed to fetch')),
    ];
    for (const fetch of answers) {
      expect(await fault(openSprites(BASE, { fetch, decode }))).toMatchObject({
        code: 'unreadable',
        file: `${FOLDER}manifest.json`,
      });
    }
  });

  it('notices a canvas that changes what is read from it, and says what to do', async () => {
    const perturbed: SpriteTools['decode'] = async (sheet) => {
      const pixels = await decode(sheet);
      pixels.data[5000]! ^= 1;
      return pixels;
    };
    const backend = new MemoryBackend();
    const tools = { ...server(), decode: perturbed, cache: tolerantCache(backend) };
    const detail = await fault((await openSprites(BASE, tools)).load(0, 'train', 1));
    expect(detail.code).toBe('bad-hash');
    expect(detail.file).toContain('train-0.webp');
    expect(detail.found).toContain('allow this site to read canvas data');
    expect(backend.kept.size).toBe(0);
  });

  it('names a sheet that is missing, is no picture, or has another size', async () => {
    const cases = [
      [{ [`${FOLDER}train-0.webp`]: null }, 'unreadable'],
      [{ [`${FOLDER}train-0.webp`]: 'no picture' }, 'unreadable'],
    ] as const;
    for (const [changes, code] of cases) {
      const set = await openSprites(BASE, { ...server(changes), decode });
      expect((await fault(set.load(0, 'train', 1))).code).toBe(code);
    }
    const cropped: SpriteTools['decode'] = async (sheet) => ({
      ...(await decode(sheet)),
      height: 32,
    });
    const set = await openSprites(BASE, { ...server(), decode: cropped });
    expect(await fault(set.load(0, 'train', 1))).toMatchObject({
      code: 'wrong-size',
      expected: '96×64 pixels',
      found: '96×32',
    });
  });

  it('keeps a class, and reads it without the server the next time', async () => {
    const cache = tolerantCache(new MemoryBackend());
    await (await openSprites(BASE, { ...server(), decode, cache })).load(0, 'train', 4);
    const { asked, fetch } = server();
    const set = await openSprites(BASE, { fetch, decode, cache });
    expectBytes(await set.load(0, 'train', 4), planes.train);
    expect(asked).toHaveLength(1);
  });

  it('fetches again what was kept and is damaged, and mends it', async () => {
    const backend = new MemoryBackend();
    const cache = tolerantCache(backend);
    await (await openSprites(BASE, { ...server(), decode, cache })).load(0, 'train', 4);
    const [key] = [...backend.kept.keys()];
    (backend.kept.get(key!) as Uint8Array)[9]! ^= 1;
    const { asked, fetch } = server();
    const set = await openSprites(BASE, { fetch, decode, cache });
    expectBytes(await set.load(0, 'train', 4), planes.train);
    expect(asked).toHaveLength(2);
    expectBytes(backend.kept.get(key!) as Uint8Array, planes.train);
  });

  it.each(['writing', 'everything'] as const)('works where storage refuses %s', async (refuses) => {
    const backend = new MemoryBackend();
    backend.refuses = refuses;
    const cache = tolerantCache(backend);
    const set = await openSprites(BASE, { ...server(), decode, cache });
    expectBytes(await set.load(0, 'test', 9), planes.test);
  });
});

const folder = '.cache/data/cifar10';
const skipped = existsSync(`${folder}/manifest.json`)
  ? ''
  : ` (skipped: nothing in ${folder}, build first)`;

describe.skipIf(skipped !== '')(`the prepared CIFAR-10${skipped}`, () => {
  it('has the same images in its sprites as in its decoded files, to the bit', async () => {
    const fetch: SpriteTools['fetch'] = (address) =>
      Promise.resolve(new Response(readFileSync(`.cache${new URL(address).pathname}`)));
    const sprites = await openSprites('https://example.test/', { fetch, decode });
    const decoded = await openFolder(folder);
    expect(sprites.classes).toEqual(decoded.classes);
    for (const [label, split] of [
      [0, 'train'],
      [9, 'train'],
      [3, 'test'],
    ] as const) {
      const images = decoded.count(label, split);
      const left = await sprites.load(label, split, images);
      const right = await decoded.load(label, split, images);
      expect(Buffer.compare(left, right)).toBe(0);
    }
    // One pixel found by hand: image 41 of a class is the second tile of the second row.
    const { data, info } = await sharp(`${folder}/train-9.webp`)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = ((32 + 5) * info.width + (32 + 7)) * 3;
    const image = (await decoded.load(9, 'train', 42)).subarray(41 * 3072);
    expect([...data.subarray(at, at + 3)]).toEqual(
      [0, 1, 2].map((c) => image[c * 1024 + 5 * 32 + 7]),
    );
  }, 60_000);
});

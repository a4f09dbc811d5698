/** The file in which the command line keeps what tuning found. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileTuneCache } from '../../../src/cli/tune-cache.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tune-cache-'));
});
afterEach(() => rm(root, { recursive: true }));

test('keeps a table under each key', async () => {
  const cache = fileTuneCache(root);
  expect(await cache.get('a')).toBeUndefined();
  await cache.set('a', { forward: 'register' });
  await cache.set('b', { forward: 'shared 32×32' });
  const again = fileTuneCache(root);
  expect(await again.get('a')).toEqual({ forward: 'register' });
  expect(await again.get('b')).toEqual({ forward: 'shared 32×32' });
  expect(await readdir(join(root, '.cache'))).toEqual(['tuning.json']);
});

test.each(['', '{"a": {"forward": "reg', '[1, 2]', 'null', '"a"'])(
  'takes a file that holds %j for an empty one, and mends it',
  async (text) => {
    await mkdir(join(root, '.cache'));
    await writeFile(join(root, '.cache', 'tuning.json'), text);
    const cache = fileTuneCache(root);
    expect(await cache.get('a')).toBeUndefined();
    await cache.set('a', { forward: 'register' });
    expect(await cache.get('a')).toEqual({ forward: 'register' });
  },
);

test('goes without where nothing can be written', async () => {
  await writeFile(join(root, '.cache'), 'a file in the place of the folder');
  const cache = fileTuneCache(root);
  await cache.set('a', { forward: 'register' });
  expect(await cache.get('a')).toBeUndefined();
});

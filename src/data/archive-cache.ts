/**
 * A visitor's archive kept for the next visit. It goes into the cache in one transaction, after the
 * whole archive was read and checked, so a bad archive leaves what was there before; what comes out is
 * checked by its hash.
 */
import * as v from 'valibot';
import { type ArchiveContent, archiveSet } from './archive.ts';
import type { DataCache } from './cache.ts';
import { DataError } from './data-error.ts';
import { sha256, shortDigest } from './digest.ts';
import { IMAGE_BYTES, type ImageSet, type Split } from './image-set.ts';
import { imageSet } from './image-source.ts';
import { knownArchive } from './known-archives.ts';

const KeptClassesSchema = v.array(v.strictObject({ images: v.number(), sha256: v.string() }));
const IndexSchema = v.strictObject({
  format: v.literal('palimpsest-archive/1'),
  classes: v.array(v.string()),
  train: KeptClassesSchema,
  test: KeptClassesSchema,
});
type Index = v.InferOutput<typeof IndexSchema>;

const indexKey = (name: string): string => `archive/${name}`;
const classKey = (name: string, split: Split, label: number): string =>
  `archive/${name}/${split}/${String(label)}`;

/**
 * Keeps an archive and gives the set that reads it back class by class, which frees the content. Where
 * the cache refuses, or a limit cut the archive short, the set holds the content itself.
 */
export async function keepArchive(content: ArchiveContent, cache: DataCache): Promise<ImageSet> {
  if (!content.whole) return archiveSet(content);
  const { name } = content.facts;
  const entries: [string, unknown][] = [];
  const digests = async (split: Split): Promise<Index['train']> => {
    const kept: Index['train'] = [];
    for (const [label, images] of content[split].entries()) {
      entries.push([classKey(name, split, label), images]);
      kept.push({ images: images.length / IMAGE_BYTES, sha256: await sha256(images) });
    }
    return kept;
  };
  const index: Index = {
    format: 'palimpsest-archive/1',
    classes: [...content.classes],
    train: await digests('train'),
    test: await digests('test'),
  };
  const kept = await cache.put([...entries, [indexKey(name), index]]);
  return (kept ? await openKeptArchive(name, cache) : undefined) ?? archiveSet(content);
}

/** The archive of this set that an earlier visit left, if there is one. */
export async function openKeptArchive(
  name: string,
  cache: DataCache,
): Promise<ImageSet | undefined> {
  const known = knownArchive(name);
  const parsed = v.safeParse(IndexSchema, await cache.get(indexKey(name)));
  if (known === undefined || !parsed.success) return undefined;
  const index = parsed.output;
  const images = (kept: Index['train']): number[] => kept.map((entry) => entry.images);
  return imageSet({
    facts: known.facts,
    classes: index.classes,
    counts: { train: images(index.train), test: images(index.test) },
    async bring(label, split) {
      const key = classKey(name, split, label);
      const expected = index[split][label]!.sha256;
      const bytes = await cache.get(key);
      const sound = bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer;
      const digest = sound ? await sha256(bytes as Uint8Array<ArrayBuffer>) : undefined;
      if (digest === expected) return bytes as Uint8Array<ArrayBuffer>;
      // Without its index the rest is as good as gone, and the next visit asks for the file again.
      await cache.remove([indexKey(name)]);
      throw new DataError({
        code: 'bad-hash',
        file: `${key} in this browser's storage`,
        expected: `images with ${shortDigest(expected)}`,
        found: `${digest === undefined ? 'nothing' : shortDigest(digest)}: give ${known.archive} again`,
      });
    },
  });
}

/**
 * The prepared set as Node sees it: the decoded images that the build keeps beside the project, and
 * the visitor's archive as a file on disk. The only files of `data/` outside `prepare/` that touch the
 * file system; a page never imports this one.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import type { GivenArchive } from './archive.ts';
import { DataError } from './data-error.ts';
import { sha256, shortDigest } from './digest.ts';
import { IMAGE_BYTES, type ImageSet } from './image-set.ts';
import { type ClassFiles, parseManifest, preparedSet } from './manifest.ts';

/**
 * Opens the set that `prepareData` left in `folder` (`.cache/data/cifar10`). Throws `DataError`:
 * `unavailable` where nothing was prepared, `unreadable` where the manifest cannot be understood.
 */
export async function openFolder(folder: string): Promise<ImageSet> {
  const file = join(folder, 'manifest.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(file, error);
    throw new DataError(
      {
        code: 'unavailable',
        file,
        expected: 'the images that the build prepares',
        found: 'none: nothing was prepared here',
      },
      { cause: error },
    );
  }
  return preparedSet(parseManifest(text, file), (files) => readClass(folder, files));
}

async function readClass(folder: string, files: ClassFiles): Promise<Uint8Array<ArrayBuffer>> {
  const file = join(folder, files.planes);
  let planes: Uint8Array<ArrayBuffer>;
  try {
    planes = new Uint8Array(await readFile(file));
  } catch (error) {
    throw unreadable(file, error);
  }
  const size = files.images * IMAGE_BYTES;
  if (planes.length !== size) {
    throw new DataError({
      code: planes.length < size ? 'truncated' : 'wrong-size',
      file,
      offset: Math.min(planes.length, size),
      expected: `${String(size)} bytes (${String(files.images)} images)`,
      found: `${String(planes.length)} bytes`,
    });
  }
  const digest = await sha256(planes);
  if (digest !== files.sha256) {
    throw new DataError({
      code: 'bad-hash',
      file,
      expected: `images with ${shortDigest(files.sha256)}`,
      found: `${shortDigest(digest)}; delete the folder and prepare it again`,
    });
  }
  return planes;
}

/** An archive on disk (`--data FILE`), read as it is consumed. A missing file shows when it is read. */
export function archiveFile(path: string): GivenArchive {
  return {
    name: basename(path),
    blob: {
      stream: () => Readable.toWeb(createReadStream(path)),
    },
  };
}

function unreadable(file: string, cause: unknown): DataError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new DataError({ code: 'unreadable', file, expected: 'a readable file', found }, { cause });
}

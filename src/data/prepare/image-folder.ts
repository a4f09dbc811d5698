/**
 * A folder of labelled images as a set: `FOLDER/train/CLASS/*` and `FOLDER/test/CLASS/*`, or `FOLDER/CLASS/*`, of
 * whose images every fifth is then for testing. Classes and images are in the order of their names. Images are
 * turned as their EXIF says, cut to a square and scaled to 32×32; sharp decodes them, so this is for Node alone.
 */
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DataError } from '../data-error.ts';
import { IMAGE_BYTES, IMAGE_SIZE, type ImageSet, type Split } from '../image-set.ts';
import { imageSet } from '../image-source.ts';

const IMAGE_FILE = /\.(?:avif|gif|jpe?g|png|tiff?|webp)$/i;
const TEST_EVERY = 5;
/** Training images of a class by which channels are normalised. */
const SAMPLE = 20;
const PLANE = IMAGE_SIZE * IMAGE_SIZE;

type Files = Readonly<Record<Split, readonly string[]>>;

/**
 * Opens a folder. Throws `DataError`: `unreadable` for one that cannot be read, `wrong-size` where it holds fewer than two
 * classes or a class without training or test images, and later `unreadable` for a file that is no image.
 */
export async function openImageFolder(path: string): Promise<ImageSet> {
  const folder = resolve(path);
  const classes = await listClasses(folder);
  const names = classes.map(({ name }) => name);
  const bring = (label: number, split: Split, wanted: number) =>
    decodeAll(classes[label]!.files[split].slice(0, wanted));
  const statistics = measure(
    await Promise.all(names.map((_, label) => bring(label, 'train', SAMPLE))),
  );
  return imageSet({
    facts: {
      name: 'folder',
      title: basename(folder),
      ...statistics,
      notice: `Images of ${basename(folder)}, scaled to 32×32.`,
    },
    classes: names,
    counts: {
      train: classes.map(({ files }) => files.train.length),
      test: classes.map(({ files }) => files.test.length),
    },
    bring,
  });
}

async function listClasses(folder: string): Promise<{ name: string; files: Files }[]> {
  const wrong = (expected: string, found: string): DataError =>
    new DataError({ code: 'wrong-size', file: folder, expected, found });
  const folders = await subfolders(folder);
  const split = folders.includes('train') && folders.includes('test');
  const names = split ? await subfolders(join(folder, 'train')) : folders;
  if (names.length < 2) {
    throw wrong('a folder for each of two classes at least', `${String(names.length)} of them`);
  }
  const classes = await Promise.all(
    names.map(async (name) => {
      const all = split ? [] : await imagesIn(join(folder, name));
      const files: Files = split
        ? {
            train: await imagesIn(join(folder, 'train', name)),
            test: await imagesIn(join(folder, 'test', name)),
          }
        : {
            train: all.filter((_, i) => (i + 1) % TEST_EVERY > 0),
            test: all.filter((_, i) => (i + 1) % TEST_EVERY === 0),
          };
      return { name, files };
    }),
  );
  for (const { name, files } of classes) {
    if (files.train.length > 0 && files.test.length > 0) continue;
    throw wrong(
      'images to train and to test with of every class',
      `${String(files.train.length)} and ${String(files.test.length)} of ${name}`,
    );
  }
  return classes;
}

/** Names of the folders in a folder, by code units, hidden ones left out. */
async function subfolders(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

async function imagesIn(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  return entries
    .filter(({ name }) => IMAGE_FILE.test(name))
    .map(({ name }) => join(folder, name))
    .sort();
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw unreadable(folder, 'a folder that can be read', error);
  }
}

/** [n][3][32][32] bytes of these files. */
async function decodeAll(files: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const { default: sharp } = await import('sharp').catch((error: unknown) => {
    throw unreadable('sharp', 'the npm package that decodes images', error);
  });
  const planes = new Uint8Array(files.length * IMAGE_BYTES);
  for (const [i, file] of files.entries()) {
    const pixels = await sharp(file)
      .rotate()
      .flatten({ background: 'white' })
      .resize(IMAGE_SIZE, IMAGE_SIZE, { fit: 'cover' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
      .catch((error: unknown) => {
        throw unreadable(file, 'an image', error);
      });
    const { channels } = pixels.info;
    for (let c = 0; c < 3; c++) {
      // A grey image has one channel for all three.
      const from = Math.min(c, channels - 1);
      for (let at = 0; at < PLANE; at++) {
        planes[i * IMAGE_BYTES + c * PLANE + at] = pixels.data[at * channels + from]!;
      }
    }
  }
  return planes;
}

/** Mean and deviation of each channel, pixels scaled to [0, 1]; a channel that never varies is left as wide as it is. */
function measure(samples: readonly Uint8Array[]): Pick<ImageSet, 'mean' | 'std'> {
  const channel = (c: number) => {
    let [count, sum, squares] = [0, 0, 0];
    for (const images of samples) {
      for (let i = c * PLANE; i < images.length; i += IMAGE_BYTES) {
        for (const byte of images.subarray(i, i + PLANE)) {
          count++;
          sum += byte / 255;
          squares += (byte / 255) ** 2;
        }
      }
    }
    const mean = sum / count;
    return { mean, std: Math.sqrt(Math.max(0, squares / count - mean ** 2)) || 1 };
  };
  const [red, green, blue] = [channel(0), channel(1), channel(2)];
  return { mean: [red.mean, green.mean, blue.mean], std: [red.std, green.std, blue.std] };
}

function unreadable(file: string, expected: string, cause: unknown): DataError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new DataError({ code: 'unreadable', file, expected, found }, { cause });
}

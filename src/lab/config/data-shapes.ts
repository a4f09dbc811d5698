/**
 * What a run needs to know of a data set besides its pixels: declared here for every set, so that a run can be listed
 * and counted without opening one, and taken from the set itself where it is open (`engine/assemble/open-data.ts`).
 * Beside them, published protocols on sets that are not shipped, which can be counted but not run.
 */
import { IMAGE_SIZE, type ImageSet } from '../../data/image-set.ts';
import { QUICKDRAW, QUICKDRAW_CLASSES, QUICKDRAW_TRAIN } from '../../data/quickdraw-facts.ts';
import type { Config } from './config.ts';

/** Images of a class: as many of each, or by the label that a stream gives the class. */
export type ClassCount = number | ((label: number) => number);

export interface DataShape {
  /** For people: "CIFAR-10". */
  readonly title: string;
  /** Edge of an image in pixels. */
  readonly size: number;
  /** Classes of the set; classes that a visitor adds are not among them. */
  readonly classes: number;
  /** Training images that there are. */
  readonly imagesPerClass: ClassCount;
  /** Test images that there are; as many as a config asks for if left out. */
  readonly testPerClass?: ClassCount;
  /** Known of an open set. No size and no count depends on it. */
  readonly statistics?: Pick<ImageSet, 'mean' | 'std'>;
}

/** What there is of `count`, but no more than `most` of a class. */
export function atMost(most: number, count: ClassCount): ClassCount {
  return typeof count === 'number'
    ? Math.min(most, count)
    : (label) => Math.min(most, count(label));
}

/** Sets that a run may open. */
const SHAPES: Readonly<Record<Exclude<Config['data'], 'folder'>, DataShape>> = {
  cifar10: { title: 'CIFAR-10', size: IMAGE_SIZE, classes: 10, imagesPerClass: 5000 },
  cifar100: { title: 'CIFAR-100', size: IMAGE_SIZE, classes: 100, imagesPerClass: 500 },
  quickdraw: {
    title: QUICKDRAW.title,
    size: IMAGE_SIZE,
    classes: QUICKDRAW_CLASSES,
    imagesPerClass: QUICKDRAW_TRAIN,
  },
  shapes: { title: 'Shapes', size: IMAGE_SIZE, classes: 10, imagesPerClass: 5000 },
};

/** A data set with the config fields that belong to its published stream. */
export interface Protocol {
  readonly name: string;
  readonly shape: DataShape;
  /** Laid over a preset, under `--set`. */
  readonly config: Partial<Config>;
}

/** Split Tiny-ImageNet as DER++ and SparCL ran it (mammoth, `datasets/seq_tinyimagenet.py`; 100 epochs in the paper). */
const TINY_IMAGENET: Protocol = {
  name: 'tiny-imagenet',
  shape: { title: 'Tiny-ImageNet', size: 64, classes: 200, imagesPerClass: 500 },
  config: { imagesPerClass: 500, classesPerTask: 20, tasks: 10, epochs: 100 },
};

/** Streams that work can be counted for although their images are not part of the lab. */
export const PROTOCOLS: readonly Protocol[] = [TINY_IMAGENET];

/** The shape of the set that a config names; a folder is taken to hold what the config asks for. */
export function dataShapeOf(config: Config): DataShape {
  const { data, stream, tasks, classesPerTask, imagesPerClass } = config;
  if (data !== 'folder') return SHAPES[data];
  const classes = stream === 'split' ? tasks * classesPerTask : classesPerTask;
  return { title: 'A folder of images', size: IMAGE_SIZE, classes, imagesPerClass };
}

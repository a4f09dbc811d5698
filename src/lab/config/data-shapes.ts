/**
 * How large the images of each data set are and how many there are, for whoever counts work without opening
 * one; and published protocols on sets that are not shipped, which can be counted but not run.
 */
import { IMAGE_SIZE } from '../../data/image-set.ts';
import { QUICKDRAW, QUICKDRAW_CLASSES, QUICKDRAW_TRAIN } from '../../data/quickdraw-facts.ts';
import type { Config } from './config.ts';

/** What a count of work needs to know of a data set. */
export interface DataShape {
  /** For people: "CIFAR-10". */
  readonly title: string;
  /** Edge of an image in pixels. */
  readonly size: number;
  /** Outputs of the network. */
  readonly classes: number;
  /** Training images of a class that there are. */
  readonly imagesPerClass: number;
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

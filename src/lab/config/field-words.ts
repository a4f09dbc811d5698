/**
 * The words for people of the fields in `fields.ts`: what each is called, what it is measured in, and what it does.
 * Apart from the declarations, so that they are fetched where they are shown. A field that a strategy declares for
 * itself has its words there.
 */
import { FIELD_WORDS as SHARED_WORDS } from '../../continual/strategies/field-words.ts';
import { OWN_FIELDS } from '../../continual/strategies/own-fields.ts';
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import { MODELS } from '../../nn/models/registry.ts';
import type { Fields, FieldWords } from '../../options/field.ts';
import { DYNAMICS } from '../../sparse/dynamics/registry.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import type { ConfigKey } from './fields.ts';

type Elsewhere = keyof typeof OWN_FIELDS | keyof typeof SHARED_WORDS;

const TASK_SHARE = 'of a task';

const WORDS: Readonly<Record<Exclude<ConfigKey, Elsewhere>, FieldWords>> = {
  data: {
    title: 'data set',
    help: 'The pictures that are learnt. “shapes” is drawn by the page; cifar100, quickdraw and folder want a file of yours.',
    options: {
      cifar10: 'CIFAR-10',
      cifar100: 'CIFAR-100 (give the archive)',
      quickdraw: 'Quick, Draw! (give the package)',
      shapes: 'drawn shapes',
      folder: 'a folder (headless only)',
    },
  },
  imagesPerClass: {
    title: 'training images a class',
    help: 'More pictures of each thing: better accuracy, longer tasks.',
    unit: 'images',
  },
  testPerClass: {
    title: 'test images a class',
    help: 'Pictures kept back to measure accuracy with. Fewer are quicker and noisier.',
    unit: 'images',
  },
  classesPerTask: {
    title: 'classes a task',
    help: 'How many kinds of things are learnt together before the next ones come.',
    unit: 'classes',
  },
  tasks: {
    title: 'tasks',
    help: 'How many portions the stream has. With one there is nothing to forget.',
    unit: 'tasks',
  },
  classOrder: {
    title: 'class order',
    help: 'Which classes come together: as the set numbers them, or drawn by the seed.',
    options: { label: 'as numbered', shuffled: 'shuffled' },
  },
  stream: {
    title: 'kind of stream',
    help: 'What changes from task to task: new classes, or the same ones shown differently.',
    options: {
      split: 'new classes',
      permuted: 'pixels rearranged',
      rotated: 'images turned',
    },
  },
  addedClasses: {
    title: 'your own classes',
    help: 'Classes of your own pictures, learnt as one more task at the end.',
    unit: 'classes',
  },
  model: {
    title: 'network',
    help: 'Four convolutions for any device, residual networks for fast ones, or a plain perceptron.',
    options: Object.fromEntries(Object.entries(MODELS).map(([name, { words }]) => [name, words])),
  },
  width: {
    title: 'width',
    help: 'Channels of the first stage; later stages are multiples. Twice the width is four times the work.',
    unit: 'channels',
  },
  layout: {
    title: 'layout',
    help: 'Which weights exist: all of them, or those of a mask made of blocks, filters, taps or single weights.',
    options: Object.fromEntries(Object.values(LAYOUTS).map(({ name, title }) => [name, title])),
  },
  block: {
    title: 'block size',
    help: 'Small blocks choose finely, large ones compute faster.',
    unit: 'out × in',
  },
  sparsity: {
    title: 'sparsity',
    help: 'The share of weights that do not exist. At 0.9 one in ten is left.',
    unit: 'of the weights',
  },
  budget: {
    title: 'budget',
    help: 'Whether every layer loses the same share, or small layers less.',
    options: { uniform: 'every layer alike', erk: 'small layers less (ERK)' },
  },
  dynamic: {
    title: 'how the mask moves',
    help: 'Which weights are dropped and grown during training, by whose algorithm.',
    options: Object.fromEntries(Object.entries(DYNAMICS).map(([name, { title }]) => [name, title])),
  },
  maskInterval: {
    title: 'time between mask changes',
    help: 'Small: the mask moves often.',
    unit: TASK_SHARE,
  },
  maskChange: {
    title: 'weights a change moves',
    help: 'How many are dropped and grown at a time.',
    unit: 'of a layer',
  },
  maskEnd: {
    title: 'end of mask changes',
    help: 'From here to the end of a task the mask rests, so that what it chose can be trained.',
    unit: TASK_SHARE,
  },
  importanceAlpha: {
    title: 'α of importance',
    help: 'How much the present gradient counts when a weight is judged (λ with MEST).',
  },
  importanceBeta: {
    title: 'β of importance',
    help: 'How much the gradient on replayed images counts when a weight is judged.',
  },
  gradientSparsity: {
    title: 'gradient sparsity',
    help: 'The share of weights whose gradient is not computed; at least the sparsity. 0: none beyond the mask.',
    unit: 'of the weights',
  },
  gradientRefresh: {
    title: 'gradients chosen every',
    help: 'Steps for which a choice of gradients stands.',
    unit: 'steps',
  },
  gradientScore: {
    title: 'gradients chosen by',
    help: 'Importance weighs present and replayed images, as the paper; the last gradient is what its code does.',
    options: { importance: 'importance (paper)', 'last-gradient': 'last gradient (release)' },
  },
  removal: {
    title: 'images left out',
    help: 'The share of a task’s images that training has dropped in the end, because they are easy. 0: none.',
    unit: 'of the images',
  },
  removalEnd: {
    title: 'last removal',
    help: 'When the last of them are dropped.',
    unit: TASK_SHARE,
  },
  removalInterval: {
    title: 'time between removals',
    help: 'In between, it is counted how often each image is got wrong. 0: as between mask changes.',
    unit: TASK_SHARE,
  },
  removalScore: {
    title: 'which images go first',
    help: 'Those least often wrong, least often forgotten, or answered with the widest margin.',
    options: {
      misclassified: 'least often wrong',
      forgetting: 'least often forgotten',
      margin: 'widest margin',
    },
  },
  strategy: {
    title: 'strategy',
    help: 'How forgetting is fought: by replaying old images, by holding weights, or not at all.',
    options: Object.fromEntries(
      Object.entries(STRATEGIES).map(([name, { title }]) => [name, title]),
    ),
  },
  epochs: {
    title: 'epochs a task',
    help: 'How often a task’s images are shown before the next task comes.',
    unit: 'epochs',
  },
  dropLast: {
    title: 'drop the last batch',
    help: 'Leaves out the incomplete batch that ends an epoch.',
  },
  augment: {
    title: 'augmentation',
    help: 'Moves and mirrors every image a little, each time anew.',
  },
  optimizer: {
    title: 'optimiser',
    help: 'Plain steps down the gradient, or Adam’s, scaled weight by weight.',
    options: { sgd: 'SGD', adam: 'Adam' },
  },
  rate: { title: 'learning rate', help: 'How far one step goes. Too far, and the loss explodes.' },
  rateSchedule: {
    title: 'learning rate over a task',
    help: 'Constant, or falling to nothing along a cosine.',
    options: { constant: 'constant', cosine: 'cosine' },
  },
  momentum: { title: 'momentum', help: 'How much of the last step goes on into the next one.' },
  weightDecay: { title: 'weight decay', help: 'Pulls weights gently towards zero.' },
  activations: {
    title: 'activations kept as',
    help: 'Half precision takes half the memory between forward and backward pass.',
    options: { f32: '32-bit floats', f16: '16-bit floats' },
  },
  recompute: {
    title: 'compute again',
    help: 'Drops normalised values and computes them again when they are needed: less memory, more time.',
  },
  sequenced: {
    title: 'one group after another',
    help: 'Runs new and replayed images in turn in place of together: less memory, more time.',
  },
  tune: {
    title: 'kernels',
    help: 'The same everywhere, or the fastest on this device by measurement (other rounding).',
    options: { default: 'the same everywhere', auto: 'measured here' },
  },
  seed: {
    title: 'Seed',
    help: 'Everything random follows from it: the same seed gives the same run.',
  },
};

/** By field. One whose strategy has given it no words is missing. */
export const FIELD_WORDS: Readonly<Partial<Record<ConfigKey, FieldWords>>> = {
  ...Object.fromEntries(
    Object.entries<Fields[string]>(OWN_FIELDS).flatMap(([key, { words }]) =>
      words ? [[key, words]] : [],
    ),
  ),
  ...SHARED_WORDS,
  ...WORDS,
};

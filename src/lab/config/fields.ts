/**
 * Every field of a config, in the order in which URLs, reports and the page have them, under the headings of the page.
 * What strategies declare stands among them by itself. The words for people are in `field-words.ts`.
 */
import { COMMON_FIELDS } from '../../continual/strategies/fields.ts';
import { OWN_FIELDS } from '../../continual/strategies/own-fields.ts';
import { STRATEGIES as REGISTERED } from '../../continual/strategies/registry.ts';
import { STREAMS } from '../../continual/stream/stream.ts';
import { MODELS as REGISTERED_MODELS, type ModelName } from '../../nn/models/registry.ts';
import { choice, real, toggle, whole, type Fields, type Values } from '../../options/field.ts';
import {
  DYNAMICS as REGISTERED_DYNAMICS,
  type DynamicName,
} from '../../sparse/dynamics/registry.ts';
import { LAYOUTS as REGISTERED_LAYOUTS, type LayoutName } from '../../sparse/layouts/registry.ts';

const DATA_SETS = ['cifar10', 'cifar100', 'quickdraw', 'shapes', 'folder'] as const;
export const MODELS = Object.keys(REGISTERED_MODELS) as ModelName[];
export const LAYOUTS = Object.keys(REGISTERED_LAYOUTS) as LayoutName[];
/** Output channels × input channels. */
export const BLOCKS = ['4x1', '4x4', '8x4', '8x8', '16x8', '16x16', '32x16', '32x32'] as const;
export const STRATEGIES = Object.keys(REGISTERED) as (keyof typeof REGISTERED)[];
export const DYNAMICS = Object.keys(REGISTERED_DYNAMICS) as DynamicName[];

const { bufferSize, emaDecay, maskedHead, batch, replayBatch } = COMMON_FIELDS;

/** Defaults are Split CIFAR-10 as mammoth runs it, on a net for weak devices: where a preset starts from. */
const data = {
  data: choice(DATA_SETS, { default: 'cifar10' }),
  imagesPerClass: whole(1, 5000, { default: 500 }),
  testPerClass: whole(1, 1000, { default: 200 }),
  classesPerTask: whole(1, 100, { default: 2 }),
  tasks: whole(1, 100, { default: 5 }),
  classOrder: choice(['label', 'shuffled'], { default: 'label' }),
  stream: choice(STREAMS, { default: 'split' }),
  /** Classes of the visitor's own images, learnt as one more task at the end; 0: none. */
  addedClasses: whole(0, 20, { default: 0 }),
};

const network = {
  model: choice(MODELS, { default: 'pocket' }),
  /** Channels of the first stage; hidden units of the mlp, times 16. */
  width: whole(1, 256, { default: 16 }),
};

const mask = {
  layout: choice(LAYOUTS, { default: 'dense' }),
  block: choice(BLOCKS, { default: '8x8' }),
  /** Share of the weights that do not exist. */
  sparsity: real(0, 0.999, { default: 0 }),
  budget: choice(['uniform', 'erk'], { default: 'uniform' }),
  dynamic: choice(DYNAMICS, { default: 'static' }),
  /** Time between two changes of the mask, as a share of a task. */
  maskInterval: real(0.0001, 1, { default: 0.1 }),
  /** Weights that a change of the mask moves, as a share of a layer. */
  maskChange: real(0, 1, { default: 0.01 }),
  /** Share of a task after which the mask rests. */
  maskEnd: real(0, 1, { default: 0.9 }),
  /** Weight of the current gradient in the importance of a weight: α, or λ where there is one gradient. */
  importanceAlpha: real(0, 1000, { default: 0.5 }),
  /** Weight of the replay gradient in it: β. */
  importanceBeta: real(0, 1000, { default: 1 }),
};

const gradients = {
  /** Share of all weights whose gradient is left out (DGM); 0: none beyond the mask. */
  gradientSparsity: real(0, 0.999, { default: 0 }),
  /** Steps between two choices of which gradients are kept. */
  gradientRefresh: whole(1, 10000, { default: 30 }),
  /** Current and replay gradient weighed, as the paper, or the step's own, as its release. */
  gradientScore: choice(['importance', 'last-gradient'], { default: 'importance' }),
};

const removal = {
  /** Share of a task's images that training leaves out in the end (DDR); 0: none. */
  removal: real(0, 0.95, {
    default: 0,
    unread: (strategy) => `${strategy} trains on its buffer alone.`,
  }),
  /** Share of a task by which the last of them are left out. */
  removalEnd: real(0, 1, { default: 0.4 }),
  /** Time between two removals, as a share of a task; 0: as between changes of the mask. */
  removalInterval: real(0, 1, { default: 0 }),
  /** Which images go first: least often wrong, least often forgotten, largest margin. */
  removalScore: choice(['misclassified', 'forgetting', 'margin'], { default: 'misclassified' }),
};

const forgetting = {
  strategy: choice(STRATEGIES, { default: 'er' }),
  bufferSize,
  ...OWN_FIELDS,
  emaDecay,
  maskedHead,
};

const training = {
  /** Epochs a task. */
  epochs: whole(1, 1000, { default: 10 }),
  batch,
  replayBatch,
  /** Leave out the ragged last batch of an epoch. */
  dropLast: toggle({ default: false }),
  /** Random crop (pad 4) and flip. */
  augment: toggle({ default: true }),
  optimizer: choice(['sgd', 'adam'], { default: 'sgd' }),
  rate: real(0, 10, { default: 0.1 }),
  rateSchedule: choice(['constant', 'cosine'], { default: 'constant' }),
  /** Of SGD. */
  momentum: real(0, 0.999, { default: 0 }),
  /** L2. */
  weightDecay: real(0, 1, { default: 0 }),
};

const device = {
  /** How values are kept from forward to backward: f16 takes half the memory. */
  activations: choice(['f32', 'f16'], { default: 'f32' }),
  /** Drop normalised values and compute them again in the backward pass. */
  recompute: toggle({ default: false }),
  /** Run batch-norm groups one after another, to save memory. */
  sequenced: toggle({ default: false }),
  /** Kernels: the same everywhere, or the fastest here by measurement, with other rounding. */
  tune: choice(['default', 'auto'], { default: 'default' }),
  /** Seed of everything random. */
  seed: whole(0, 0xffffffff, { default: 0 }),
};

/** The fields under the headings of the settings. */
export const FIELD_GROUPS: readonly { readonly title: string; readonly fields: Fields }[] = [
  { title: 'Data', fields: data },
  { title: 'Network', fields: network },
  { title: 'Mask', fields: mask },
  { title: 'Gradients', fields: gradients },
  { title: 'Data removal', fields: removal },
  { title: 'Forgetting', fields: forgetting },
  { title: 'Training', fields: training },
  { title: 'Device', fields: device },
];

export const FIELDS = {
  ...data,
  ...network,
  ...mask,
  ...gradients,
  ...removal,
  ...forgetting,
  ...training,
  ...device,
};

export type Config = Values<typeof FIELDS>;
export type ConfigKey = keyof Config;

/**
 * Presets of sparse training for weak devices: the methods of `paper.ts` over blocks of weights, on the small
 * network, in minutes. They show what a method does; their accuracies compare with one another and with nothing published.
 */
import type { Preset } from './preset.ts';

const BLOCKS = {
  model: 'pocket',
  width: 16,
  layout: 'block',
  block: '4x4',
  sparsity: 0.9,
} as const;

/** Five tasks with replay; enough epochs for several changes of the mask. */
const STREAM = {
  ...BLOCKS,
  imagesPerClass: 500,
  epochs: 5,
  strategy: 'derpp',
  bufferSize: 200,
  rate: 0.03,
  alpha: 0.1,
  beta: 0.5,
} as const;

/** As the streams of ten epochs in `small.ts`, whose accuracies mean something. */
const SPLIT = { ...STREAM, epochs: 10 } as const;
/** All three kinds of sparsity, on the loss that SparCL is trained with. */
const SPARCL = {
  dynamic: 'sparcl',
  maskChange: 0.02,
  removal: 0.3,
  maskedHead: true,
} as const;

/** All ten classes as one task, as sparse training is measured where nothing is to be remembered. */
const ONE_TASK = {
  ...BLOCKS,
  imagesPerClass: 500,
  epochs: 8,
  tasks: 1,
  classesPerTask: 10,
  strategy: 'finetune',
  rate: 0.05,
  rateSchedule: 'cosine',
  momentum: 0.9,
  weightDecay: 1e-4,
  maskEnd: 0.75,
} as const;

export const SPARSE_PRESETS: readonly Preset[] = [
  {
    name: 'pocket-sparcl',
    title: 'SparCL in small',
    line: 'Replay with a mask that follows the tasks, fewer gradients, and fewer and fewer of the easy images.',
    config: {
      ...STREAM,
      sparsity: 0.75,
      dynamic: 'sparcl',
      maskChange: 0.02,
      gradientSparsity: 0.8,
      removal: 0.3,
      dropLast: true,
      maskedHead: true,
    },
  },
  {
    name: 'pocket-rigl',
    title: 'Grow where the gradient is',
    line: 'RigL: small weights make room for those whose gradient would be largest.',
    config: { ...STREAM, dynamic: 'rigl', maskChange: 0.03, maskEnd: 0.75 },
  },
  {
    name: 'pocket-set',
    title: 'Grow anywhere',
    line: 'SET: small weights make room for new ones, drawn at random.',
    config: { ...STREAM, dynamic: 'set', maskChange: 0.03 },
  },
  {
    name: 'pocket-snip',
    title: 'Choose once',
    line: 'SNIP: one look at the gradients of a first batch decides which tenth of the weights ever lives.',
    config: { ...STREAM, dynamic: 'snip' },
  },
  {
    name: 'pocket-gmp',
    title: 'From dense to sparse',
    line: 'Gradual magnitude pruning: the first task begins dense and ends with a tenth of the weights.',
    config: { ...STREAM, dynamic: 'gmp' },
  },
  {
    name: 'pocket-mest-em',
    title: 'Elastic mutation',
    line: 'MEST on one task of ten classes: weights are dropped and grown, fewer and fewer as training goes on.',
    config: { ...ONE_TASK, dynamic: 'em', maskChange: 0.02, importanceAlpha: 0 },
  },
  {
    name: 'pocket-mest-ems',
    title: 'Room to try out',
    line: 'MEST with a soft memory bound: new weights train beside the old ones before the least important go.',
    config: { ...ONE_TASK, dynamic: 'ems', maskChange: 0.05, importanceAlpha: 0 },
  },
  {
    name: 'split-derpp-masked',
    title: 'Split CIFAR-10, DER++, masked head',
    line: 'The dense control of SparCL: DER++ whose loss on current images knows the classes of their task alone.',
    config: { ...SPLIT, layout: 'dense', sparsity: 0, maskedHead: true },
  },
  {
    name: 'split-sparcl-derpp-075',
    title: 'Split CIFAR-10, SparCL, 75 %',
    line: 'SparCL on DER++, complete: a quarter of the weights, a fifth of the gradients, seven tenths of the images.',
    config: { ...SPLIT, ...SPARCL, sparsity: 0.75, gradientSparsity: 0.8 },
  },
  {
    name: 'split-sparcl-derpp-090',
    title: 'Split CIFAR-10, SparCL, 90 %',
    line: 'SparCL on DER++ with a tenth of the weights.',
    config: { ...SPLIT, ...SPARCL, gradientSparsity: 0.91 },
  },
  {
    name: 'split-snip-derpp-090',
    title: 'Split CIFAR-10, SNIP, 90 %',
    line: 'DER++ under a mask that SNIP chooses once.',
    config: { ...SPLIT, dynamic: 'snip' },
  },
  {
    name: 'split-rigl-derpp-090',
    title: 'Split CIFAR-10, RigL, 90 %',
    line: 'DER++ under a mask that RigL moves.',
    config: { ...SPLIT, dynamic: 'rigl', maskChange: 0.03, maskEnd: 0.75 },
  },
];

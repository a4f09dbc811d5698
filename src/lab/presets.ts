/**
 * Configs with a name and a line of explanation. A preset holds only what differs from the defaults; what a
 * visitor changes is laid over it.
 */
import { DEFAULTS, parseConfig, ConfigError, type Config } from './config.ts';

export interface Preset {
  readonly name: string;
  /** A few words. */
  readonly title: string;
  /** One sentence: what one sees. */
  readonly line: string;
  readonly config: Partial<Config>;
}

/** A minute or two on a weak device. */
const POCKET = { model: 'pocket', width: 16, imagesPerClass: 500, epochs: 2 } as const;
/** Long enough that accuracies mean something. */
const SPLIT = { model: 'pocket', width: 16, imagesPerClass: 500, epochs: 10 } as const;
/** A static random mask over blocks. */
const SPARSE = { layout: 'block', block: '8x8', sparsity: 0.9 } as const;
/** Everything that saves memory. */
const LEAN = { activations: 'f16', recompute: true, sequenced: true } as const;
/** The published protocol (Buzzega et al., 2020), all images: a GPU for hours. */
const PAPER = {
  model: 'resnet18',
  width: 64,
  imagesPerClass: 5000,
  testPerClass: 1000,
  epochs: 50,
} as const;

export const PRESETS: readonly Preset[] = [
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
    name: 'pocket-joint',
    title: 'All at once',
    line: 'Every class from the start, no stream: the upper bound that continual learning is measured against.',
    config: { ...POCKET, strategy: 'joint', rate: 0.1 },
  },
  {
    name: 'pocket-sparse',
    title: 'A tenth of the weights',
    line: 'Experience replay with nine blocks of weights in ten left out, at random and for good: not stored, not read, not multiplied.',
    config: { ...POCKET, ...SPARSE, strategy: 'er', bufferSize: 200, rate: 0.1 },
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
    config: { ...SPLIT, ...SPARSE, strategy: 'er', bufferSize: 200, rate: 0.1 },
  },
  {
    name: 'split-joint',
    title: 'Split CIFAR-10, joint',
    line: 'Ten epochs over all classes at once on 500 images a class: the upper bound.',
    config: { ...SPLIT, strategy: 'joint', rate: 0.1 },
  },
  {
    name: 'paper-er',
    title: 'ER as published',
    line: 'ResNet-18, all of CIFAR-10, 50 epochs a task, buffer 500: hours on a fast GPU.',
    config: { ...PAPER, strategy: 'er', bufferSize: 500, rate: 0.1 },
  },
  {
    name: 'paper-derpp',
    title: 'DER++ as published',
    line: 'ResNet-18, all of CIFAR-10, 50 epochs a task, buffer 500: hours on a fast GPU.',
    config: { ...PAPER, strategy: 'derpp', bufferSize: 500, rate: 0.03, alpha: 0.2, beta: 0.5 },
  },
  {
    name: 'paper-sparse-derpp',
    title: 'DER++, sparse and lean',
    line: 'The published protocol with a static random mask of 90 %, in under 100 MB of training memory.',
    config: {
      ...PAPER,
      ...SPARSE,
      block: '16x16',
      ...LEAN,
      strategy: 'derpp',
      bufferSize: 500,
      rate: 0.03,
      alpha: 0.2,
      beta: 0.5,
    },
  },
];

/** The full config of a preset with `overrides` laid over it. Throws `ConfigError`. */
export function configOf(name: string, overrides: Partial<Config> = {}): Config {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  if (!preset) {
    const known = PRESETS.map((candidate) => candidate.name).join(', ');
    throw new ConfigError(`preset: there is no ${name}; there are ${known}`);
  }
  return parseConfig({ ...DEFAULTS, ...preset.config, ...overrides });
}

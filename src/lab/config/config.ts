/**
 * The whole of a run in one flat, schema-checked object. Flat because every field is a URL parameter,
 * a `--set key=value` and one control on the page. A config says everything that shapes the numbers of
 * a run; where it runs (adapter, browser or Node) is not part of it.
 */
import * as v from 'valibot';
import { STREAMS } from '../../continual/stream/stream.ts';
import { STRATEGIES as REGISTERED } from '../../continual/strategies/registry.ts';
import {
  DYNAMICS as REGISTERED_DYNAMICS,
  type DynamicName,
} from '../../sparse/dynamics/registry.ts';
import { LAYOUTS as REGISTERED_LAYOUTS, type LayoutName } from '../../sparse/layouts/registry.ts';

const whole = (least: number, most: number, about: string) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most), v.description(about));
const real = (least: number, most: number, about: string) =>
  v.pipe(v.number(), v.minValue(least), v.maxValue(most), v.description(about));

export const DATA_SETS = ['cifar10', 'cifar100', 'quickdraw', 'shapes', 'folder'] as const;
export const MODELS = ['mlp', 'pocket', 'resnet18', 'resnet32'] as const;
export const LAYOUTS = Object.keys(REGISTERED_LAYOUTS) as LayoutName[];
/** Output channels × input channels. */
export const BLOCKS = ['4x1', '4x4', '8x4', '8x8', '16x8', '16x16', '32x16', '32x32'] as const;
export const STRATEGIES = Object.keys(REGISTERED) as (keyof typeof REGISTERED)[];
export const DYNAMICS = Object.keys(REGISTERED_DYNAMICS) as DynamicName[];

export const ConfigSchema = v.strictObject({
  data: v.pipe(v.picklist(DATA_SETS), v.description('data set')),
  imagesPerClass: whole(1, 5000, 'training images of a class'),
  testPerClass: whole(1, 1000, 'test images of a class'),
  classesPerTask: whole(1, 100, 'classes in a task'),
  tasks: whole(1, 100, 'tasks in the stream'),
  classOrder: v.pipe(
    v.picklist(['label', 'shuffled']),
    v.description('classes in label order, or shuffled by the seed'),
  ),
  stream: v.pipe(
    v.picklist(STREAMS),
    v.description(
      'what tasks differ in: their classes, a rearrangement of the pixels, or the angle of the images',
    ),
  ),
  addedClasses: whole(
    0,
    20,
    'classes of your own images, learnt as one more task at the end; 0: none',
  ),
  model: v.pipe(v.picklist(MODELS), v.description('network')),
  width: whole(1, 256, 'channels of the first stage (hidden units of the mlp, times 16)'),
  layout: v.pipe(
    v.picklist(LAYOUTS),
    v.description(
      'which weights exist: all, or those of a mask by blocks, filters, taps or singly',
    ),
  ),
  block: v.pipe(
    v.picklist(BLOCKS),
    v.description('output × input channels of a block (layout block)'),
  ),
  sparsity: real(0, 0.999, 'share of the weights that do not exist (not with layout dense)'),
  budget: v.pipe(
    v.picklist(['uniform', 'erk']),
    v.description('every layer equally sparse, or small layers less so (Erdős–Rényi kernel)'),
  ),
  dynamic: v.pipe(v.picklist(DYNAMICS), v.description('how the mask moves during training')),
  maskInterval: real(0.0001, 1, 'time between two changes of the mask, as a share of a task'),
  maskChange: real(0, 1, 'weights that a change of the mask moves, as a share of a layer'),
  maskEnd: real(0, 1, 'share of a task after which the mask rests'),
  importanceAlpha: real(
    0,
    1000,
    'weight of the current gradient in the importance of a weight (α; λ where there is one gradient)',
  ),
  importanceBeta: real(0, 1000, 'weight of the replay gradient in the importance of a weight (β)'),
  gradientSparsity: real(
    0,
    0.999,
    'share of all weights whose gradient is left out (DGM); 0: none beyond the mask',
  ),
  gradientRefresh: whole(1, 10000, 'steps between two choices of which gradients are kept'),
  gradientScore: v.pipe(
    v.picklist(['importance', 'last-gradient']),
    v.description(
      "what gradients are chosen by: current and replay gradient weighed (paper), or the step's own (release)",
    ),
  ),
  removal: real(
    0,
    0.95,
    "share of a task's images that training leaves out in the end (DDR); 0: none",
  ),
  removalEnd: real(0, 1, 'share of a task by which the last of them are left out'),
  removalInterval: real(
    0,
    1,
    'time between two removals, as a share of a task; 0: as between changes of the mask',
  ),
  removalScore: v.pipe(
    v.picklist(['misclassified', 'forgetting', 'margin']),
    v.description(
      'which images go first: least often wrong, least often forgotten, largest margin',
    ),
  ),
  strategy: v.pipe(v.picklist(STRATEGIES), v.description('how forgetting is fought')),
  bufferSize: whole(0, 20000, 'images in the replay buffer'),
  alpha: real(0, 100, 'weight of the stored logits (DER, DER++)'),
  beta: real(0, 100, 'weight of the replayed labels (DER++)'),
  penalty: real(0, 1e6, 'weight of the penalty on moving weights (EWC: λ, SI: c)'),
  penaltyDecay: real(0, 1, 'what is kept of older tasks’ Fisher information (EWC: γ)'),
  damping: real(1e-6, 1000, 'damping of the path integral (SI: ξ)'),
  temperature: real(0.1, 100, 'temperature of distillation (LwF)'),
  emaDecay: real(
    0,
    0.99999,
    'decay of the averaged weights that are evaluated in place of the trained ones; 0: none',
  ),
  maskedHead: v.pipe(
    v.boolean(),
    v.description("cross-entropy of current images over the current task's classes alone"),
  ),
  epochs: whole(1, 1000, 'epochs a task'),
  batch: whole(1, 512, 'current images in a step'),
  replayBatch: whole(1, 512, 'replayed images in one draw'),
  dropLast: v.pipe(v.boolean(), v.description('leave out the ragged last batch of an epoch')),
  augment: v.pipe(v.boolean(), v.description('random crop (pad 4) and flip')),
  optimizer: v.pipe(v.picklist(['sgd', 'adam']), v.description('optimiser')),
  rate: real(0, 10, 'learning rate'),
  rateSchedule: v.pipe(
    v.picklist(['constant', 'cosine']),
    v.description('learning rate over a task'),
  ),
  momentum: real(0, 0.999, 'momentum of SGD'),
  weightDecay: real(0, 1, 'weight decay (L2)'),
  activations: v.pipe(
    v.picklist(['f32', 'f16']),
    v.description('how values are kept from forward to backward: f16 takes half the memory'),
  ),
  recompute: v.pipe(
    v.boolean(),
    v.description('drop normalised values and compute them again in the backward pass'),
  ),
  sequenced: v.pipe(
    v.boolean(),
    v.description(
      'run batch-norm groups one after another, to save memory (where replayed batches are groups of their own)',
    ),
  ),
  tune: v.pipe(
    v.picklist(['default', 'auto']),
    v.description(
      'kernels: default, the same everywhere; auto, the fastest here by measurement, other rounding',
    ),
  ),
  seed: whole(0, 0xffffffff, 'seed of everything random'),
});

export type Config = v.InferOutput<typeof ConfigSchema>;
export type ConfigKey = keyof Config;

/** Where a preset starts from: Split CIFAR-10 as mammoth runs it, on a net for weak devices. */
export const DEFAULTS: Config = {
  data: 'cifar10',
  imagesPerClass: 500,
  testPerClass: 200,
  classesPerTask: 2,
  tasks: 5,
  classOrder: 'label',
  stream: 'split',
  addedClasses: 0,
  model: 'pocket',
  width: 16,
  layout: 'dense',
  block: '8x8',
  sparsity: 0,
  budget: 'uniform',
  dynamic: 'static',
  maskInterval: 0.1,
  maskChange: 0.01,
  maskEnd: 0.9,
  importanceAlpha: 0.5,
  importanceBeta: 1,
  gradientSparsity: 0,
  gradientRefresh: 30,
  gradientScore: 'importance',
  removal: 0,
  removalEnd: 0.4,
  removalInterval: 0,
  removalScore: 'misclassified',
  strategy: 'er',
  bufferSize: 200,
  alpha: 0.1,
  beta: 0.5,
  penalty: 10,
  penaltyDecay: 1,
  damping: 1,
  temperature: 2,
  emaDecay: 0,
  maskedHead: false,
  epochs: 10,
  batch: 32,
  replayBatch: 32,
  dropLast: false,
  augment: true,
  optimizer: 'sgd',
  rate: 0.1,
  rateSchedule: 'constant',
  momentum: 0,
  weightDecay: 0,
  activations: 'f32',
  recompute: false,
  sequenced: false,
  tune: 'default',
  seed: 0,
};

/** A config that cannot be run; `message` names the field and what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Checks a whole config. Throws `ConfigError` with the first field that is wrong. */
export function parseConfig(value: unknown): Config {
  const parsed = v.safeParse(ConfigSchema, value, { abortEarly: true });
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new ConfigError(`${v.getDotPath(issue) ?? 'config'}: ${issue.message}`);
  }
  return parsed.output;
}

/** Reads one `key=value` (a URL parameter, a `--set`) into the type its field has. Throws `ConfigError`. */
export function parseField(key: string, text: string): Partial<Config> {
  if (!Object.hasOwn(ConfigSchema.entries, key)) {
    throw new ConfigError(
      `${key}: no such field; there are ${Object.keys(ConfigSchema.entries).join(', ')}`,
    );
  }
  const was = DEFAULTS[key as ConfigKey];
  const value =
    typeof was === 'number'
      ? text.trim() === ''
        ? Number.NaN
        : Number(text)
      : typeof was === 'boolean'
        ? text === 'true' || (text === 'false' ? false : text)
        : text;
  return { [key]: value };
}

/**
 * Two small tasks under any strategy, without crops, and the plain network beside it: what tests of strategies
 * that act where tasks begin and end work with.
 */
import { vi } from 'vitest';
import type { StrategyOptions } from '../../src/continual/batch/draw.ts';
import { NO_TERMS } from '../reference/no-terms.ts';
import type { Strategy } from '../../src/continual/strategies/strategy.ts';
import { createStream, type TrainingTask } from '../../src/continual/stream/stream.ts';
import { Trainer, type StepResult, type TrainerOptions } from '../../src/continual/step/trainer.ts';
import { IMAGE_BYTES, IMAGE_SIZE } from '../../src/data/image-set.ts';
import { hashU32 } from '../../src/gpu/rng.ts';
import { ActivationPool } from '../../src/nn/compile/activation-pool.ts';
import { buildModel } from '../../src/nn/models/registry.ts';
import { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { CIFAR10_MEAN, CIFAR10_STD, imageBytes, normalise } from '../reference/inputs.ts';
import { forward, type NetworkState } from '../reference/plain/network.ts';
import { pocket } from '../reference/plain/networks.ts';
import { gpu, readWords } from './engine.ts';

export const SEED = 9;
export const CLASSES = 6;
export const WIDTH = 4;
/** Width of what the classifier sees. */
export const FEATURES = 4 * WIDTH;
export const IMAGES = 12;
export const STATISTICS = { mean: CIFAR10_MEAN, std: CIFAR10_STD };

export const STREAM = createStream({
  classes: CLASSES,
  classesPerTask: 2,
  tasks: 3,
  classOrder: 'label',
  seed: SEED,
  imagesPerClass: IMAGES / 2,
});

/** Images of a task, of different colours, since a network takes all noise for the same thing. */
export const bytesOf = (task: number): Uint8Array<ArrayBuffer> =>
  imageBytes(31 + task, IMAGES).map(
    (byte, i) => (byte & 63) + 6 * (hashU32(31 + task, 1, Math.floor(i / IMAGE_SIZE ** 2)) & 31),
  );

export const imageAt = (bytes: Uint8Array, index: number): Uint8Array =>
  bytes.subarray(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES);

/** What the plain network makes of raw images in evaluation mode: logits and features, [n][…]. */
export function plainAnswers(state: NetworkState, bytes: Uint8Array<ArrayBuffer>) {
  const { logits, values } = forward(pocket(CLASSES, WIDTH), state, normalise(bytes), 'eval');
  return { logits, features: values.at(-2)! };
}

export async function smallStrategy(
  strategy: Strategy,
  options: Partial<StrategyOptions>,
  bufferSize: number,
  step: Pick<TrainerOptions, 'tally' | 'sequenced'> = {},
) {
  const device = await gpu();
  const allocate = vi.spyOn(device.memory, 'allocate');
  const network = buildModel('pocket', WIDTH, CLASSES);
  const store = new ParameterStore(device, network, 'sgd');
  store.initialize(SEED);
  const pool = new ActivationPool(device);
  const trainer = await Trainer.create({
    gpu: device,
    network,
    store,
    pool,
    strategy,
    strategyOptions: { ...NO_TERMS, batch: 6, replayBatch: 5, bufferSize, ...options },
    mostImages: IMAGES,
    statistics: STATISTICS,
    seed: SEED,
    ...step,
  });
  const made = allocate.mock.results.map(({ value }) => value as GPUBuffer);
  allocate.mockRestore();
  const labelled = (label: string) => made.find((buffer) => buffer.label === label)!;
  const read = async <Value>(names: string[], get: (name: string) => Promise<Value>) =>
    new Map(await Promise.all(names.map(async (name) => [name, await get(name)] as const)));
  let steps = 0;
  return {
    device,
    network,
    store,
    pool,
    trainer,
    labelled,
    /** The parameters and statistics as they are. */
    state: async (): Promise<NetworkState> => ({
      parameters: await read(store.names, (name) => store.read(name)),
      running: await read(store.runningNames, (name) => store.readRunning(name)),
    }),
    /** Brings a task's images to the GPU and begins it. */
    begin: async (index: number): Promise<TrainingTask> => {
      trainer.images.write(0, bytesOf(index));
      return (await trainer.beginTask(STREAM.training[index]!)).task;
    },
    /** One step on images of `task`; resolves with what is noted of it. */
    train: async (task: TrainingTask, images: readonly number[]): Promise<StepResult> => {
      const at = { step: steps, update: ++steps, rate: 0.1 };
      const plain = { momentum: 0, weightDecay: 0, augment: false };
      await trainer.step(task, Uint32Array.from(images), { ...at, ...plain });
      let noted: StepResult | undefined;
      trainer.read((results) => {
        noted = results.at(-1);
      });
      await trainer.settled();
      return noted!;
    },
    /** Image `slot` of the buffer with this label. */
    stored: async (label: string, slot: number): Promise<Uint8Array> => {
      const words = await readWords(device, labelled(label));
      return imageAt(new Uint8Array(words.buffer), slot);
    },
  };
}

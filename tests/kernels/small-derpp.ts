/**
 * DER++ on a net of a few thousand weights and a dozen images: the run that the tests of the trainer watch,
 * with ragged groups, a masked head and a buffer that is smaller than what it is offered.
 */
import { NO_TERMS } from '../reference/no-terms.ts';
import { vi } from 'vitest';
import { STRATEGIES } from '../../src/continual/strategies/registry.ts';
import { createStream } from '../../src/continual/stream/stream.ts';
import type { StepMemory } from '../../src/continual/step/training-step.ts';
import { Trainer } from '../../src/continual/step/trainer.ts';
import { ActivationPool } from '../../src/nn/compile/activation-pool.ts';
import { buildModel } from '../../src/nn/models/registry.ts';
import { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { CIFAR10_MEAN, CIFAR10_STD, imageBytes } from '../reference/inputs.ts';
import { gpu } from './engine.ts';

export const SEED = 9;
export const CLASSES = 6;
export const WIDTH = 4;
export const BUFFER = 6;
export const OPTIONS = {
  ...NO_TERMS,
  batch: 6,
  replayBatch: 5,
  maskedHead: true,
  alpha: 0.3,
  beta: 0.5,
};
export const SCALARS = { rate: 0.02, momentum: 0.9, weightDecay: 1e-3, augment: true };
export const STATISTICS = { mean: CIFAR10_MEAN, std: CIFAR10_STD };
const IMAGES = 12;

/** Outputs 2 and 3, so that neither end of the head is the task's. */
export const TASK = createStream({
  classes: CLASSES,
  classesPerTask: 2,
  tasks: 2,
  classOrder: 'label',
  seed: SEED,
  imagesPerClass: IMAGES / 2,
}).training[1]!;

/** Images of step `step`; the second step is ragged. */
export const indicesOf = (step: number): Uint32Array =>
  Uint32Array.from(
    { length: step === 1 ? 5 : OPTIONS.batch },
    (_, i) => (5 * step + 7 * i) % IMAGES,
  );

/** A trainer with its images, and the buffers that it keeps to itself, by label. */
export async function smallDerpp(memory: StepMemory = {}) {
  const device = await gpu();
  const allocate = vi.spyOn(device.memory, 'allocate');
  const network = buildModel('pocket', WIDTH, CLASSES);
  const store = new ParameterStore(device, network, 'sgd-momentum');
  store.initialize(SEED);
  const trainer = await Trainer.create({
    gpu: device,
    network,
    store,
    pool: new ActivationPool(device),
    strategy: STRATEGIES.derpp,
    strategyOptions: { ...OPTIONS, bufferSize: BUFFER },
    mostImages: IMAGES,
    statistics: STATISTICS,
    seed: SEED,
    ...memory,
  });
  const made = allocate.mock.results.map(({ value }) => value as GPUBuffer);
  allocate.mockRestore();
  const bytes = imageBytes(31, IMAGES);
  trainer.images.write(0, bytes);
  return {
    device,
    store,
    trainer,
    bytes,
    /** Queues step `step` of the run. */
    step: (step: number) =>
      trainer.step(TASK, indicesOf(step), { ...SCALARS, step, update: step + 1 }),
    labelled: (label: string) => made.find((buffer) => buffer.label === label)!,
  };
}

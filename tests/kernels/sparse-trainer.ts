/**
 * A trainer of a small sparse network, ragged against its blocks, on two dozen images: what the tests of gradients
 * that are chosen, or asked for beside the steps, run on. Images are not augmented, so that the plain network
 * sees the same ones.
 */
import { vi } from 'vitest';
import { NO_TERMS } from '../reference/no-terms.ts';
import { STRATEGIES } from '../../src/continual/strategies/registry.ts';
import { createStream } from '../../src/continual/stream/stream.ts';
import { Trainer, type TrainerOptions } from '../../src/continual/step/trainer.ts';
import { ActivationPool } from '../../src/nn/compile/activation-pool.ts';
import { buildModel } from '../../src/nn/models/registry.ts';
import type { Parameter } from '../../src/nn/tensor/parameter.ts';
import { ParameterStore, type OptimizerKind } from '../../src/nn/tensor/parameter-store.ts';
import type { LayoutName } from '../../src/sparse/layouts/registry.ts';
import { CIFAR10_MEAN, CIFAR10_STD, imageBytes } from '../reference/inputs.ts';
import { gpu, readFloats, readLists, readWords } from './engine.ts';
import { NETWORK_LAYOUTS } from './network-layouts.ts';

export const SEED = 3;
export const CLASSES = 6;
/** Channels of 6, 12, 24 and 24, which blocks of 8 × 4 do not divide. */
export const WIDTH = 6;
export const BLOCK = { rows: 8, columns: 4 } as const;
export const SPARSITY = 0.6;
export const BUFFER = 7;
const IMAGES = 12;

/** A replayed batch is all that the buffer holds, so that no draw needs to be known. */
export const OPTIONS = {
  ...NO_TERMS,
  batch: 6,
  replayBatch: BUFFER,
  bufferSize: BUFFER,
  alpha: 0.3,
  beta: 0.5,
};
export const SCALARS = { rate: 0.05, momentum: 0.9, weightDecay: 1e-3, augment: false };

/** Two classes each; the second task's outputs are 2 and 3. */
export const TASKS = createStream({
  classes: CLASSES,
  classesPerTask: 2,
  tasks: 2,
  classOrder: 'label',
  seed: SEED,
  imagesPerClass: IMAGES / 2,
}).training;

export interface SparseRun extends Partial<TrainerOptions> {
  readonly layout: LayoutName;
  readonly strategyName?: keyof typeof STRATEGIES;
  readonly optimizer?: OptimizerKind;
  /** Share of the weights that there is room for. */
  readonly room?: number;
}

/** Images of a step; every fourth step is ragged. */
export const indicesOf = (step: number): Uint32Array =>
  Uint32Array.from(
    { length: step % 4 === 1 ? 5 : OPTIONS.batch },
    (_, i) => (5 * step + 7 * i) % IMAGES,
  );

export async function sparseTrainer(run: SparseRun) {
  const { layout, strategyName = 'derpp', optimizer = 'sgd-momentum', room, ...options } = run;
  const device = await gpu();
  const allocate = vi.spyOn(device.memory, 'allocate');
  const { layoutFor, channelsFor } = NETWORK_LAYOUTS[layout]({
    sparsity: SPARSITY,
    block: `${BLOCK.rows}x${BLOCK.columns}`,
    ...(room !== undefined && { room }),
  });
  const network = buildModel('pocket', WIDTH, CLASSES, layoutFor, channelsFor);
  const store = new ParameterStore(device, network, optimizer);
  store.initialize(SEED);
  const trainer = await Trainer.create({
    gpu: device,
    network,
    store,
    pool: new ActivationPool(device),
    strategy: STRATEGIES[strategyName],
    strategyOptions: OPTIONS,
    mostImages: IMAGES,
    statistics: { mean: CIFAR10_MEAN, std: CIFAR10_STD },
    seed: SEED,
    ...options,
  });
  const made = allocate.mock.results.map(({ value }) => value as GPUBuffer);
  allocate.mockRestore();
  const bytes = imageBytes(31, IMAGES);
  trainer.images.write(0, bytes);
  const parameters = network.layers.flatMap((layer) => layer.parameters);
  const scalarsOf = (step: number) => ({ ...SCALARS, step, update: step + 1 });
  const momentum = optimizer === 'sgd-momentum' ? SCALARS.momentum : 0;
  const labelled = (label: string) => made.find((buffer) => buffer.label === label)!;
  return {
    ...{ device, network, store, trainer, bytes, parameters, labelled },
    sparse: parameters.filter(({ lists, role }) => lists && role === 'matrix'),
    /** Queues step `step`, of the second task unless another is given. */
    step: (step: number, task = TASKS[1]!) =>
      trainer.step(task, indicesOf(step), { ...scalarsOf(step), momentum }),
    /** Gradients before step `step`. */
    gradients: (step: number, task = TASKS[1]!) =>
      trainer.gradients(task, indicesOf(step), scalarsOf(step)),
    /** A parameter's range of an arena. */
    async stored(arena: GPUBuffer, { name, storage }: Parameter) {
      const floats = await readFloats(device, arena);
      return floats.slice(store.at(name), store.at(name) + storage);
    },
    /** Everything that a training step changes, by bits. */
    async state() {
      const buffers = [
        ...[
          store.parameters,
          store.running,
          ...store.optimizer.values(),
          store.lists!,
          store.live!,
        ],
        ...['replay images', 'replay logits'].map(labelled).filter(Boolean),
      ];
      const words = await Promise.all(
        buffers.map(async (buffer) => [buffer.label, await readWords(device, buffer)] as const),
      );
      return new Map(words);
    },
  };
}

export type SparseTrainer = Awaited<ReturnType<typeof sparseTrainer>>;

/** Whether each float of a parameter's storage has its bit in a bitmap of the arena. */
export async function bitsOf(
  { device, store }: Pick<SparseTrainer, 'device' | 'store'>,
  bitmap: GPUBuffer,
  { name, storage }: Parameter,
): Promise<boolean[]> {
  const words = await readWords(device, bitmap);
  const at = store.at(name);
  return Array.from({ length: storage }, (_, i) => {
    const bit = at + i;
    return ((words[bit >> 5]! >>> (bit & 31)) & 1) === 1;
  });
}

/** 1 for each live entry, in PyTorch's order. */
export async function maskOf({ store }: SparseTrainer, parameter: Parameter) {
  const lists = await readLists(store, parameter.name);
  const entries = parameter.shape.reduce((product, extent) => product * extent, 1);
  return parameter.unpack(parameter.pack(new Float32Array(entries).fill(1), lists), lists);
}

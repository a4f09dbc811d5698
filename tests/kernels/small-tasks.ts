/**
 * Two tasks of two classes on a net of a few thousand weights, as a strategy's hooks see them: what the
 * tests of strategies that act on gradients or where tasks end run, and the same net in plain float64.
 */
import { vi } from 'vitest';
import type { StrategyOptions } from '../../src/continual/batch/draw.ts';
import { NO_TERMS } from '../reference/no-terms.ts';
import type { Strategy } from '../../src/continual/strategies/strategy.ts';
import { createStream, type TrainingTask } from '../../src/continual/stream/stream.ts';
import type { VariantSchedule } from '../../src/continual/step/step-variant.ts';
import { Trainer } from '../../src/continual/step/trainer.ts';
import { IMAGE_BYTES, IMAGE_SIZE } from '../../src/data/image-set.ts';
import { ActivationPool } from '../../src/nn/compile/activation-pool.ts';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { BUILDERS, type ModelName } from '../../src/nn/models/registry.ts';
import type { GroupChoice } from '../../src/nn/tensor/parameter-group.ts';
import { ParameterStore, type OptimizerKind } from '../../src/nn/tensor/parameter-store.ts';
import type { LayoutChoice } from '../../src/nn/compile/weight-layout.ts';
import { augment } from '../reference/plain/augment.ts';
import { backward, forward, type Network, type NetworkState } from '../reference/plain/network.ts';
import { pocket } from '../reference/plain/networks.ts';
import { rowLoss } from '../reference/plain/row-loss.ts';
import { CIFAR10_MEAN, CIFAR10_STD, imageBytes } from '../reference/inputs.ts';
import { gpu, readFloats } from './engine.ts';

export const SEED = 5;
export const CLASSES = 4;
export const WIDTH = 4;
/** Images of a task; of a step. */
export const IMAGES = 6;
export const BATCH = 4;
/** Steps of a task, as far as a schedule of step variants asks. */
const STEPS = 1000;
const STATISTICS = { mean: CIFAR10_MEAN, std: CIFAR10_STD };

export const TASKS = createStream({
  classes: CLASSES,
  classesPerTask: 2,
  tasks: 2,
  classOrder: 'label',
  seed: SEED,
  imagesPerClass: IMAGES / 2,
}).training;

/** Raw images of a task. */
export const bytesOf = (task: number): Uint8Array<ArrayBuffer> => imageBytes(40 + task, IMAGES);

/** Images of step `step`, all different. */
export const indicesOf = (step: number): Uint32Array =>
  Uint32Array.from({ length: BATCH }, (_, i) => (2 * step + i) % IMAGES);

export interface SmallRun {
  readonly options?: Partial<StrategyOptions>;
  readonly scalars?: {
    readonly rate?: number;
    readonly momentum?: number;
    readonly weightDecay?: number;
  };
  readonly optimizer?: OptimizerKind;
  readonly bufferSize?: number;
  readonly model?: ModelName;
  readonly layoutFor?: LayoutChoice;
  readonly groupFor?: GroupChoice;
  /** Several lists of the step, and when each is due. */
  readonly schedule?: VariantSchedule;
}

/** A trainer of `strategy`, with what tests read of it. Images are not augmented. */
export async function smallTasks(strategy: Strategy, run: SmallRun = {}) {
  const device = await gpu();
  const allocate = vi.spyOn(device.memory, 'allocate');
  const model = run.model ?? 'pocket';
  const graph = new GraphBuilder(3, IMAGE_SIZE, IMAGE_SIZE, run.layoutFor, undefined, run.groupFor);
  const network = graph.finish(model, BUILDERS[model](graph, { width: WIDTH, classes: CLASSES }));
  const store = new ParameterStore(device, network, run.optimizer ?? 'sgd');
  store.initialize(SEED);
  const trainer = await Trainer.create({
    gpu: device,
    network,
    store,
    pool: new ActivationPool(device),
    strategy,
    strategyOptions: {
      ...NO_TERMS,
      ...{ batch: BATCH, replayBatch: BATCH, bufferSize: run.bufferSize ?? IMAGES },
      ...run.options,
    },
    mostImages: IMAGES,
    statistics: STATISTICS,
    seed: SEED,
    ...(run.schedule && { schedule: run.schedule }),
  });
  const made = allocate.mock.results.map(({ value }) => value as GPUBuffer);
  allocate.mockRestore();
  const labelled = (label: string) => made.find((buffer) => buffer.label === label)!;
  const parameters = network.layers.flatMap((layer) => layer.parameters);
  const scalars = { rate: 0.05, momentum: 0, weightDecay: 0, augment: false, ...run.scalars };
  /** An arena of the parameters' shape, by name, in PyTorch's order. */
  const arena = async (label: string) => {
    const floats = await readFloats(device, labelled(label));
    return new Map(
      parameters.map((parameter) => {
        const at = store.at(parameter.name);
        const stored = floats.subarray(at, at + parameter.storage);
        return [parameter.name, parameter.unpack(stored)] as const;
      }),
    );
  };
  const each = async <Value>(read: (name: string) => Promise<Value>) =>
    new Map(await Promise.all(store.names.map(async (name) => [name, await read(name)] as const)));
  return {
    device,
    network,
    store,
    trainer,
    labelled,
    arena,
    weights: () => each((name) => store.read(name)),
    gradients: () => each((name) => store.readGradient(name)),
    /** Brings the images of task `task` and begins it. */
    begin: async (task: number): Promise<TrainingTask> => {
      trainer.images.write(0, bytesOf(task));
      return (await trainer.beginTask(TASKS[task]!)).task;
    },
    step: async (
      task: TrainingTask,
      step: number,
      indices: ArrayLike<number> = indicesOf(step),
    ) => {
      const place = { task: task.index, step, steps: STEPS };
      const numbered = { ...scalars, step, update: step + 1 };
      await trainer.step(task, Uint32Array.from(indices), numbered, place);
    },
  };
}

export type Weights = ReadonlyMap<string, ArrayLike<number>>;

/** One row as the plain version sees it. */
export interface PlainRow {
  readonly bytes: Uint8Array;
  readonly label: number;
}

/** Rows of step `step` of a task. */
export const rowsOf = (task: number, indices: ArrayLike<number>): PlainRow[] =>
  Array.from(indices, (index) => ({
    bytes: bytesOf(task).slice(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES),
    label: TASKS[task]!.targets[index]!,
  }));

/** The normalised images of rows, [N][3][32][32]. */
export function imagesOf(rows: readonly PlainRow[]): Float64Array {
  const raw = new Uint8Array(rows.flatMap(({ bytes }) => [...bytes]));
  const still = rows.map(() => ({ down: 4, right: 4, flip: false }));
  return augment(raw, still, { size: IMAGE_SIZE, padding: 4, ...STATISTICS });
}

export const NETWORK = pocket(CLASSES, WIDTH);

/** Running statistics before training. */
export const untrained = (): NetworkState['running'] =>
  new Map(
    [1, 2, 4, 4].map((times, i) => [
      `bn${i + 1}`,
      { mean: new Float64Array(times * WIDTH), variance: new Float64Array(times * WIDTH).fill(1) },
    ]),
  );

/** Loss and gradients of the mean cross-entropy over rows that are one batch. */
export function plainGradients(
  parameters: Weights,
  running: NetworkState['running'],
  rows: readonly PlainRow[],
  network: Network = NETWORK,
) {
  const groups = [{ capacity: rows.length, live: rows.length }];
  const passed = forward(network, { parameters, running }, imagesOf(rows), groups);
  const { loss, dlogits } = lossOf(passed.logits, rows, 1 / rows.length);
  const gradients = backward(network, parameters, passed, dlogits, groups);
  return { loss: loss.reduce((a, b) => a + b, 0), gradients, running: passed.running };
}

/** Cross-entropy over all classes, each row with the same weight. */
export const lossOf = (logits: ArrayLike<number>, rows: readonly PlainRow[], weight: number) =>
  rowLoss(
    logits,
    rows.map(({ label }) => label),
    new Float64Array(rows.length * CLASSES),
    rows.map(() => ({ crossEntropy: weight, mse: 0, kl: 0, temperature: 1, mask: null })),
    CLASSES,
  );

/** Applies `change` to every number of every parameter, with what the other maps have there. */
export function combine(
  names: Iterable<string>,
  maps: readonly Weights[],
  change: (...values: number[]) => number,
): Map<string, Float64Array> {
  return new Map(
    [...names].map((name) => {
      const arrays = maps.map((map) => map.get(name)!);
      return [
        name,
        Float64Array.from({ length: arrays[0]!.length }, (_, i) =>
          change(...arrays.map((array) => array[i]!)),
        ),
      ] as const;
    }),
  );
}

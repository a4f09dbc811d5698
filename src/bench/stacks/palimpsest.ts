/**
 * Our own engine, as the lab runs it: the trainer of `src/continual` with the batch list as its images and
 * fine-tuning as its strategy, so that a step gathers, trains and notes its loss in one plan.
 */
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import type { TrainingTask } from '../../continual/stream/stream.ts';
import { Trainer } from '../../continual/step/trainer.ts';
import { DEFAULTS, type Config } from '../../lab/config/config.ts';
import { CIFAR10 } from '../../data/cifar.ts';
import type { Gpu } from '../../gpu/device.ts';
import { ActivationPool } from '../../nn/compile/activation-pool.ts';
import type { Network } from '../../nn/compile/graph.ts';
import { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import type { VariantTable } from '../../nn/compile/variants.ts';
import type { Batch } from '../batches.ts';
import { CLASSES, type Workload } from '../workloads.ts';
import type { Stack, Training } from './stack.ts';

const SEED = 1;
/** Neither replay nor penalty: a step of the stacks beside it is a batch and an update. */
const CONFIG: Config = { ...DEFAULTS, strategy: 'finetune' };

export interface EngineTraining extends Training {
  /** Multiply-accumulates that a step executes. */
  readonly macs: number;
  /** GPU bytes by what they are for. */
  readonly bytes: Readonly<Record<string, number>>;
}

export const palimpsest: Stack = {
  name: 'palimpsest',
  webgpu: true,
  async load({ openDevice }) {
    const gpu = await openDevice();
    return {
      start: (workload, batches) => startEngine(gpu, workload, workload.build(), batches),
      close: () => {
        gpu.device.destroy();
      },
    };
  },
};

/** Trains `network`, which may store its weights otherwise than the workload's own, on the workload's batches. */
export async function startEngine(
  gpu: Gpu,
  workload: Workload,
  network: Network,
  batches: readonly Batch[],
  variants: VariantTable = {},
): Promise<EngineTraining> {
  const { batch, rate, momentum } = workload;
  const before = gpu.memory.bytesByKind();
  const store = new ParameterStore(gpu, network, momentum > 0 ? 'sgd-momentum' : 'sgd');
  const trainer = await Trainer.create({
    gpu,
    network,
    store,
    pool: new ActivationPool(gpu),
    strategy: STRATEGIES[CONFIG.strategy],
    strategyOptions: { ...CONFIG, batch },
    mostImages: batches.length * batch,
    statistics: CIFAR10,
    variants,
    seed: SEED,
  });
  store.initialize(SEED);
  batches.forEach(({ bytes }, i) => {
    trainer.images.write(i * batch, bytes);
  });
  const task: TrainingTask = {
    index: 0,
    name: 'benchmark',
    labels: Array.from({ length: CLASSES }, (_, label) => label),
    firstOutput: 0,
    targets: Uint16Array.from(batches.flatMap(({ labels }) => [...labels])),
  };
  let steps = 0;
  return {
    macs: trainer.macs,
    bytes: added(gpu.memory.bytesByKind(), before),
    async step(index) {
      const images = Uint32Array.from({ length: batch }, (_, row) => index * batch + row);
      await trainer.step(task, images, {
        step: steps,
        update: steps + 1,
        rate,
        momentum,
        weightDecay: 0,
        augment: false,
      });
      steps++;
      let loss = NaN;
      trainer.read((results) => {
        loss = results.at(-1)!.loss;
      });
      await trainer.settled();
      const [error] = gpu.errors;
      if (error !== undefined) throw new Error(error);
      return loss;
    },
    end() {
      gpu.memory.releaseAll();
    },
  };
}

function added(
  after: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after)
      .map(([kind, bytes]) => [kind, bytes - (before[kind] ?? 0)] as const)
      .filter(([, bytes]) => bytes !== 0),
  );
}

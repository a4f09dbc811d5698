/**
 * The gradients of all weights, dead ones too, by which RigL (Evci et al., ICML 2020) grows: forward and backward
 * of the sparse network on a training batch, with the weight gradient of every sparse layer dense. Inputs and
 * outputs of the layers are there anyway, so that only the sums over them are more. All layers' gradients are on
 * the GPU at once, 4 bytes for each weight that the sparse layers would have if they were dense: the price in
 * memory that RigL pays and MEST does without. Where entries live singly, storage is dense and nothing is added.
 */
import type { Gpu } from '../../gpu/device.ts';
import { readBuffer } from '../../gpu/readback.ts';
import type { ActivationPool } from '../../nn/compile/activation-pool.ts';
import { denseLayout } from '../../nn/convolution/dense-layout.ts';
import type { GradientScope } from '../../nn/compile/gradient-scope.ts';
import type { Network } from '../../nn/compile/graph.ts';
import type { Parameter } from '../../nn/tensor/parameter.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import type { ConvolutionShape } from '../../nn/compile/weight-layout.ts';
import { GradientPass, sparseWeights } from './gradient-pass.ts';
import type { Gradients } from '../../sparse/mask/gradients.ts';
import type { PlanRuns } from './plan-runs.ts';
import type { GradientHooks } from '../strategies/strategy.ts';
import {
  listTrainingStep,
  type StepBuffers,
  type TrainingStep,
  type TrainingStepOptions,
} from './training-step.ts';

export class DenseGradients {
  readonly #gpu: Gpu;
  readonly #network: Network;
  readonly #store: ParameterStore;
  readonly #pass: GradientPass;
  /** By weight; of one that is stored dense the store's arena has them. */
  readonly #dense: ReadonlyMap<string, GPUBuffer>;

  private constructor(
    { gpu, network, store }: TrainingStepOptions,
    pass: GradientPass,
    dense: ReadonlyMap<string, GPUBuffer>,
  ) {
    this.#gpu = gpu;
    this.#network = network;
    this.#store = store;
    this.#pass = pass;
    this.#dense = dense;
  }

  /**
   * Lists the pass beside a training step, whose records and scalars it runs on. Throws `MemoryError`, `ShaderError`,
   * and `RangeError` where channels are left out: what does not exist computes nothing.
   */
  static async create(
    options: TrainingStepOptions & { readonly pool: ActivationPool },
    buffers: StepBuffers,
    hooks: GradientHooks,
    beside: TrainingStep,
  ): Promise<DenseGradients> {
    const { gpu, network, store, pool } = options;
    const narrow = sparseWeights(network).find(({ subsets }) => subsets.length > 0);
    if (narrow)
      throw new RangeError(`${narrow.name}: channels that are left out have no gradients`);
    const dense = new Map<string, GPUBuffer>();
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const scope: GradientScope = {
      wantsDense: ({ name }, floats) => {
        if (!dense.has(name)) {
          const label = `${name}, dense gradient`;
          dense.set(name, gpu.memory.allocate('workspace', label, 4 * floats, usage));
        }
        return true;
      },
      destination: (weight) => dense.get(weight) ?? null,
    };
    const { emit } = listTrainingStep(options, buffers, hooks, { beside, scope, only: true });
    const { plan } = await emit.finish(gpu, 'dense gradients', pool);
    return new DenseGradients(options, new GradientPass(gpu, store, plan), dense);
  }

  /** What has run, for a ledger. */
  get work(): PlanRuns {
    const { plan, submitter } = this.#pass;
    return { entries: plan.entries, runs: submitter.runs, published: false };
  }

  /** Runs on the batch that is queued and brings the gradients of the sparse weights. A schedule point: it waits. */
  async read(): Promise<Gradients> {
    await this.#pass.run();
    const gradients = new Map<string, Float32Array>();
    for (const weight of sparseWeights(this.#network)) {
      gradients.set(weight.name, await this.#read(weight));
    }
    return gradients;
  }

  async #read({ name, shape: torchShape }: Parameter): Promise<Float32Array> {
    const shape = shapeOf(torchShape);
    const bytes = 4 * denseLayout.storage(shape);
    const own = this.#dense.get(name);
    const stored = own
      ? await readBuffer(this.#gpu, own, 0, bytes)
      : await readBuffer(this.#gpu, this.#store.gradients, 4 * this.#store.at(name), bytes);
    return denseLayout.unpack(shape, new Float32Array(stored));
  }
}

/** A layer's sizes from PyTorch's shape of its weight; storage asks for no stride. */
function shapeOf(shape: readonly number[]): ConvolutionShape {
  const [outChannels = 1, inChannels = 1, size = 1] = shape;
  const kernel = size === 3 ? 3 : 1;
  return { outChannels, inChannels, kernel, stride: 1, pad: kernel === 3 ? 1 : 0 };
}

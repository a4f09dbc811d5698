/**
 * What surrounds dispatches in a test: an emitter with its scalars and parameters for a batch of given
 * groups, and the plan made of what was emitted, in which every tensor has a buffer of its own. All
 * buffers start full of a number that would be noticed, so that nothing rests on fresh memory being zero.
 */
import type { Gpu } from '../../src/gpu/device.ts';
import type { Plan } from '../../src/gpu/plan.ts';
import { Submitter } from '../../src/gpu/submitter.ts';
import { ActivationPool } from '../../src/nn/compile/activation-pool.ts';
import type { Virtual } from '../../src/nn/compile/activation-pool.ts';
import { Emitter, type EmitterOptions } from '../../src/nn/compile/emitter.ts';
import type { Layer, Network } from '../../src/nn/compile/graph.ts';
import type { NormMode } from '../../src/nn/compile/norm-mode.ts';
import { tensor, type Tensor } from '../../src/nn/tensor/tensor.ts';
import { ParameterStore, type OptimizerKind } from '../../src/nn/tensor/parameter-store.ts';
import { StepUniform, type StepValues } from '../../src/nn/compile/step.ts';
import { layout, type Group, type Layout } from './batch.ts';
import { gpu } from './engine.ts';

/** Any number that would be noticed. */
export const GARBAGE = 7.5;

export const STEP: StepValues = {
  seed: 1,
  step: 0,
  taskFirst: 0,
  taskCount: 1,
  rate: 0,
  momentum: 0,
  weightDecay: 0,
  update: 1,
  augment: false,
  slot: 0,
  live: [],
};

export const areaOf = (x: Tensor): number => x.channels * x.height * x.width;

/** A network of the given layers; without any, its input is its output. */
export function networkOf(output: Tensor, layers: readonly Layer[] = []): Network {
  return { name: 'test', input: layers[0]?.inputs[0] ?? output, output, layers };
}

/** Logits that nothing computes: a test writes them. */
export const looseLogits = (classes: number): Network => networkOf(tensor('logits', classes, 1, 1));

export interface Frame extends Layout {
  readonly device: Gpu;
  readonly store: ParameterStore;
  readonly emit: Emitter;
  /** Sets the scalars of the next run; those left out are `STEP`'s. */
  readonly scalars: (values: Partial<StepValues>) => void;
  /** Makes the plan. Call once, when everything is emitted. */
  readonly plan: () => Promise<FramedPlan>;
}

export interface FramedPlan {
  readonly plan: Plan;
  readonly submitter: Submitter;
  readonly buffer: (virtual: Virtual) => GPUBuffer;
  readonly write: (virtual: Virtual, values: Float32Array<ArrayBuffer>) => void;
}

export interface FrameOptions extends Pick<
  EmitterOptions,
  'activations' | 'variants' | 'accumulate' | 'scope' | 'resting'
> {
  readonly norms?: NormMode;
  readonly optimizer?: OptimizerKind;
  /** Seed of the initial parameters. */
  readonly seed?: number;
}

export async function frame(
  network: Network,
  groups: readonly Group[],
  { norms = 'batch', optimizer = 'sgd', seed = 1, ...choices }: FrameOptions = {},
): Promise<Frame> {
  const device = await gpu();
  const { queue } = device.device;
  const arranged = layout(groups);
  const store = new ParameterStore(device, network, optimizer);
  store.initialize(seed);
  for (const parameter of network.layers.flatMap(({ parameters }) => parameters)) {
    if (!store.moves(parameter.name)) continue;
    const values = garbage(parameter.shape.reduce((product, extent) => product * extent, 1));
    const lists = parameter.lists?.initial(seed);
    queue.writeBuffer(store.gradients, store.at(parameter.name) * 4, parameter.pack(values, lists));
  }
  const step = new StepUniform(device, 'test', arranged.ranges);
  const scalars = (values: Partial<StepValues>) => {
    step.write({ ...STEP, live: groups.map(({ live }) => live), ...values });
  };
  scalars({});
  const emit = new Emitter({
    ...choices,
    norms,
    rows: arranged.total,
    groups: arranged.ranges,
    store,
    step: step.buffer,
  });
  return {
    ...arranged,
    device,
    store,
    emit,
    scalars,
    plan: async () => {
      const pool = new ActivationPool(device);
      const { plan, resolved } = await emit.finish(device, 'test', pool, { keepAll: true });
      const buffer = (virtual: Virtual): GPUBuffer => {
        const found = resolved.get(virtual);
        if (!found) throw new Error(`no dispatch uses ${virtual.label}`);
        return found;
      };
      for (const each of resolved.values()) queue.writeBuffer(each, 0, garbage(each.size / 4));
      return {
        plan,
        submitter: new Submitter(device, plan),
        buffer,
        write: (virtual, values) => {
          queue.writeBuffer(buffer(virtual), 0, values);
        },
      };
    },
  };
}

const garbage = (floats: number) => new Float32Array(floats).fill(GARBAGE);

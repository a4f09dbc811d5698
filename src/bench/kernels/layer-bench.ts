/**
 * Times one convolution's three passes, dense and block-sparse at several sparsities, side by side: every
 * variant is a plan of its own over the same kind of data, and the rounds go through all of them in turn,
 * so that what slows the machine slows all alike.
 */
import type { Gpu } from '../../gpu/device.ts';
import { hashUniform } from '../../gpu/rng.ts';
import { profilePlan } from '../../gpu/timing.ts';
import type { DispatchKind, Plan } from '../../gpu/plan.ts';
import { ActivationPool } from '../../nn/activation-pool.ts';
import { Emitter } from '../../nn/emitter.ts';
import { GraphBuilder } from '../../nn/graph.ts';
import { convolution } from '../../nn/layers/convolution.ts';
import { ParameterStore } from '../../nn/parameter-store.ts';
import { StepUniform } from '../../nn/step.ts';
import { tensor } from '../../nn/tensor.ts';
import type { WeightLayout } from '../../nn/weight-layout.ts';
import type { LayerCase } from './layer-cases.ts';

export const PASSES = ['forward', 'input-gradient', 'weight-gradient'] as const;
export type Pass = (typeof PASSES)[number];

/** One way to hold the layer's weights. */
export interface LayerVariant {
  readonly name: string;
  readonly layout: WeightLayout;
  /** Lists in the place of the layout's own random ones. */
  readonly lists?: Uint32Array;
}

export interface LayerTimes {
  readonly variant: string;
  /** Executed MACs over dense MACs. */
  readonly density: number;
  /** Milliseconds of each round, by pass. */
  readonly ms: Readonly<Record<Pass, readonly number[]>>;
}

export interface LayerResult {
  readonly layer: string;
  /** Of one pass over the batch, dense. */
  readonly macs: number;
  readonly times: readonly LayerTimes[];
}

/** Throws where the adapter has no timestamps. */
export async function benchLayer(
  gpu: Gpu,
  layerCase: LayerCase,
  variants: readonly LayerVariant[],
  { warmUp, rounds }: { readonly warmUp: number; readonly rounds: number },
): Promise<LayerResult> {
  const prepared: { name: string; plan: Plan; ms: Record<Pass, number[]> }[] = [];
  for (const variant of variants) {
    prepared.push({
      name: variant.name,
      plan: await layerPlan(gpu, layerCase, variant),
      ms: { forward: [], 'input-gradient': [], 'weight-gradient': [] },
    });
  }
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const { plan, ms } of prepared) {
      const entries = await profilePlan(gpu, plan, 1);
      if (!entries) throw new Error('this adapter has no timestamps');
      if (round < warmUp) continue;
      for (const pass of PASSES) {
        const of = entries.filter(({ kind }) => kind === (pass satisfies DispatchKind));
        ms[pass].push(of.reduce((sum, entry) => sum + entry.ms, 0));
      }
    }
  }
  const { shape, size, rows } = layerCase;
  const { height, width } = { height: size / shape.stride, width: size / shape.stride };
  const macs = shape.outChannels * shape.inChannels * shape.kernel ** 2 * height * width * rows;
  const result = {
    layer: layerCase.name,
    macs,
    times: prepared.map(({ name, plan, ms }) => ({
      variant: name,
      density: plan.entries.reduce((sum, entry) => sum + entry.macs, 0) / (PASSES.length * macs),
      ms,
    })),
  };
  gpu.memory.releaseAll();
  return result;
}

/** Forward, weight gradient and input gradient of one convolution over random data. */
async function layerPlan(gpu: Gpu, { name, shape, size, rows }: LayerCase, variant: LayerVariant) {
  const graph = new GraphBuilder(1, 1, 1);
  const x = tensor('x', shape.inChannels, size, size);
  const { kernel, stride, outChannels } = shape;
  const y = convolution(graph, 'layer', x, outChannels, {
    kernel,
    stride,
    layout: variant.layout,
  });
  const store = new ParameterStore(gpu, { layers: graph.layers }, 'sgd');
  store.initialize(1);
  if (variant.lists) store.writeLists('layer.weight', variant.lists);
  const groups = [{ start: 0, padded: rows }];
  const step = new StepUniform(gpu, name, groups);
  const emit = new Emitter({ mode: 'train', rows, groups, store, step: step.buffer });
  for (const layer of graph.layers) layer.forward(emit);
  emit.accumulates(y);
  emit.beginBackward();
  for (const layer of graph.layers) layer.backward(emit);
  const { plan, resolved } = await emit.finish(
    gpu,
    `${name}, ${variant.name}`,
    new ActivationPool(gpu),
    {
      keepAll: true,
    },
  );
  for (const virtual of [emit.value(x), emit.gradient(y)]) {
    const values = new Float32Array(virtual.bytes / 4);
    for (let i = 0; i < values.length; i++) values[i] = hashUniform(1, 2, i) - 0.5;
    gpu.device.queue.writeBuffer(resolved.get(virtual)!, 0, values);
  }
  return plan;
}

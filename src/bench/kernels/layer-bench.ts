/**
 * Times one convolution's three passes, dense and block-sparse at several sparsities, side by side: every
 * variant is a plan of its own over the same kind of data, and the rounds go through all of them in turn,
 * so that what slows the machine slows all alike.
 */
import type { Gpu } from '../../gpu/device.ts';
import { hashUniform } from '../../gpu/rng.ts';
import { Stopwatch } from '../../gpu/stopwatch.ts';
import type { Plan } from '../../gpu/plan.ts';
import { ActivationPool } from '../../nn/compile/activation-pool.ts';
import { Emitter } from '../../nn/compile/emitter.ts';
import { GraphBuilder } from '../../nn/compile/graph.ts';
import { convolution } from '../../nn/layers/convolution.ts';
import { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import { StepUniform } from '../../nn/compile/step.ts';
import { tensor } from '../../nn/tensor/tensor.ts';
import { tune } from '../../nn/convolution/tune.ts';
import { chosenFrom } from '../../nn/compile/variants.ts';
import type { WeightLayout } from '../../nn/compile/weight-layout.ts';
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

/** How often, and with which kernels. */
export interface LayerTiming {
  readonly warmUp: number;
  readonly rounds: number;
  /** With the kernels that are fastest here, in place of the default ones. */
  readonly tuned: boolean;
}

interface Prepared {
  readonly name: string;
  readonly plan: Plan;
  readonly ms: Record<Pass, number[]>;
  /** Runs that are timed together. */
  readonly repeats: Record<Pass, number>;
}

export interface LayerResult {
  readonly layer: string;
  /** Of one pass over the batch, dense. */
  readonly macs: number;
  readonly times: readonly LayerTimes[];
}

/** Runs of a pass that is short are repeated until their sum can be believed. */
export async function benchLayer(
  gpu: Gpu,
  layerCase: LayerCase,
  variants: readonly LayerVariant[],
  { warmUp, rounds, tuned }: LayerTiming,
): Promise<LayerResult> {
  const prepared: Prepared[] = [];
  const stopwatch = new Stopwatch(gpu);
  for (const variant of variants) {
    prepared.push({
      name: variant.name,
      plan: await layerPlan(gpu, layerCase, variant, tuned),
      ms: { forward: [], 'input-gradient': [], 'weight-gradient': [] },
      repeats: { forward: 1, 'input-gradient': 1, 'weight-gradient': 1 },
    });
  }
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const { plan, ms, repeats } of prepared) {
      for (const pass of PASSES) {
        const timed = plan.entries.filter(({ kind }) => kind === pass).map((entry) => ({ entry }));
        const each = await stopwatch.time(timed, repeats[pass]);
        if (round < warmUp) repeats[pass] = stopwatch.repeatsFor(each);
        else ms[pass].push(each);
      }
    }
  }
  stopwatch.close();
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
async function layerPlan(
  gpu: Gpu,
  { name, shape, size, rows }: LayerCase,
  variant: LayerVariant,
  tuned: boolean,
) {
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
  const network = { name, input: x, output: y, layers: graph.layers };
  const batches = [{ rows, backward: true, activations: 'f32' as const }];
  const { table } = tuned ? await tune({ gpu, network, batches }) : { table: {} };
  const variants = chosenFrom(table);
  const emit = new Emitter({ norms: 'batch', rows, groups, store, step: step.buffer, variants });
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

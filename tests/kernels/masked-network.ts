/**
 * A small residual network under a mask, with a plan for training steps on one fixed batch: what the masks of
 * `mask-keeper.test.ts` cover. Gradients that a dynamic asks for are drawn, and kept for whoever checks what it made
 * of them.
 */
import type { Gradients } from '../../src/sparse/mask/gradients.ts';
import { MaskKeeper } from '../../src/sparse/mask/mask-keeper.ts';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { emitLoss } from '../../src/nn/layers/loss.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { globalAveragePool } from '../../src/nn/layers/pool.ts';
import { basicBlock } from '../../src/nn/models/basic-block.ts';
import { emitUpdate } from '../../src/nn/compile/optimizer.ts';
import type { Parameter } from '../../src/nn/tensor/parameter.ts';
import { erkBudget, uniformBudget, type Budget } from '../../src/sparse/budget.ts';
import type { Dynamic } from '../../src/sparse/dynamics/dynamic.ts';
import { DYNAMICS, type DynamicName } from '../../src/sparse/dynamics/registry.ts';
import type { LayoutName } from '../../src/sparse/layouts/registry.ts';
import { ROLE_STREAM, uniformTensor } from '../reference/inputs.ts';
import { placeRows, toBatchInnermost, type Group } from './batch.ts';
import { readLists, storageBuffer, upload } from './engine.ts';
import { areaOf, frame } from './frame.ts';
import { NETWORK_LAYOUTS } from './network-layouts.ts';

export type SparseName = Extract<LayoutName, 'block' | 'pattern' | 'channel' | 'unstructured'>;

export const SEED = 4;
const CLASSES = 5;
const GROUPS: readonly Group[] = [{ capacity: 8, live: 7 }];
export const BLOCK = { rows: 4, columns: 2 } as const;
/** Layers that the mask covers: [out, in], all 3×3; their inner channels are the first one's outputs. */
export const COVERED: Readonly<Record<string, readonly [number, number]>> = {
  'layer1.0.conv1': [8, 8],
  'layer1.0.conv2': [8, 8],
  'layer2.0.conv1': [14, 8],
  'layer2.0.conv2': [14, 14],
};
export const INNER: Readonly<Record<string, string>> = {
  'layer1.0.conv1': 'layer1.0.conv2',
  'layer2.0.conv1': 'layer2.0.conv2',
};

export interface Case {
  readonly layout: SparseName;
  readonly dynamic: DynamicName;
  readonly budget?: 'uniform' | 'erk';
}

const OPTIONS: Readonly<Record<SparseName, { sparsity: number; maskChange: number }>> = {
  block: { sparsity: 0.8, maskChange: 0.07 },
  unstructured: { sparsity: 0.8, maskChange: 0.05 },
  pattern: { sparsity: 0.74, maskChange: 0.07 },
  channel: { sparsity: 0.5, maskChange: 0.25 },
};
const TIMES = { maskInterval: 0.1, maskEnd: 0.9, importanceAlpha: 0.4, importanceBeta: 0.7 };

/** A network under the case's mask with a plan for training steps on one fixed batch. */
export async function prepare({ layout, dynamic: name, budget: budgetName }: Case) {
  const dynamic: Dynamic = DYNAMICS[name];
  const options = { ...OPTIONS[layout], ...TIMES };
  const most = layout === 'pattern' ? 4 / 9 : 1;
  const budget: Budget =
    budgetName === 'erk'
      ? erkBudget(
          Object.entries(COVERED).map(([layer, [outChannels, inChannels]]) => ({
            ...{ name: layer, outChannels, inChannels, kernel: 3 },
          })),
          most,
        )
      : uniformBudget(most);
  const chosen = NETWORK_LAYOUTS[layout]({
    ...{ block: `${BLOCK.rows}x${BLOCK.columns}`, budget },
    ...{ sparsity: 1 - dynamic.start(options), room: dynamic.room(options) },
  });
  const graph = new GraphBuilder(3, 8, 8, chosen.layoutFor, chosen.channelsFor);
  let x = norm(graph, 'bn1', convolution(graph, 'conv1', graph.input, 8, { role: 'stem' }), {
    relu: true,
  });
  x = basicBlock(graph, 'layer1.0', x, 8, 1);
  x = basicBlock(graph, 'layer2.0', x, 14, 2);
  const logits = linear(graph, 'classifier', globalAveragePool(graph, 'pool', x), CLASSES, {
    role: 'head',
  });
  const network = graph.finish('residual', logits);

  const framed = await frame(network, GROUPS, { optimizer: 'sgd-momentum', seed: SEED });
  const { device, store, emit, total } = framed;
  const records = Array.from({ length: 7 }, (_, i) => ({
    source: 'stream' as const,
    label: i % CLASSES,
    crossEntropy: 1 / 7,
  }));
  for (const layer of network.layers) layer.forward(emit);
  emitLoss(emit, network, {
    rows: upload(device, 'rows', placeRows(framed, records)),
    storedLogits: storageBuffer(device, 'stored logits', total * CLASSES * 4),
  });
  emit.beginBackward();
  for (const layer of network.layers.toReversed()) layer.backward(emit);
  emitUpdate(emit);
  const plan = await framed.plan();
  store.initialize(SEED);
  framed.scalars({ taskCount: CLASSES, rate: 0.05, momentum: 0.9, weightDecay: 1e-3 });
  const images = uniformTensor(SEED, ROLE_STREAM.x, 7 * areaOf(network.input));
  plan.write(emit.value(network.input), toBatchInnermost(images, areaOf(network.input), framed));

  const parameters = network.layers.flatMap((layer) => layer.parameters);
  const covered = Object.keys(COVERED).map((layer) =>
    parameters.find((parameter) => parameter.name === `${layer}.weight`)!,
  );
  const asked: string[] = [];
  let draws = 0;
  const drawn = (): Gradients =>
    new Map(
      covered.map(({ name: weight, shape }) => [
        weight,
        uniformTensor(
          1000 + draws++,
          ROLE_STREAM.dy,
          shape.reduce((a, b) => a * b),
        ),
      ]),
    );
  /** What was given last. */
  const given: {
    current?: Gradients;
    buffer?: Gradients | null;
    last?: Gradients;
    dense?: Gradients;
  } = {};
  const source = {
    separate: () => {
      asked.push('separate');
      given.current = drawn();
      given.buffer = asked.length % 3 === 0 ? null : drawn();
      return Promise.resolve({ current: given.current, buffer: given.buffer });
    },
    last: async () => {
      asked.push('last');
      const read = covered.map(
        async ({ name: weight }) => [weight, await store.readGradient(weight)] as const,
      );
      return (given.last = new Map(await Promise.all(read)));
    },
    dense: () => {
      asked.push('dense');
      return Promise.resolve((given.dense = drawn()));
    },
  };
  const saliency = drawn();
  const keeper = new MaskKeeper({
    ...{ gpu: device, network, store, dynamic, options, budget, seed: SEED },
    units: chosen.unitsOf(network),
  });
  keeper.begin(saliency);
  return {
    ...{ device, store, keeper, options, dynamic, parameters, covered, source, given, asked },
    ...{ saliency, network },
    step: () => plan.submitter.run(),
  };
}

export type Prepared = Awaited<ReturnType<typeof prepare>>;

/** 1 for each live entry, in PyTorch's order. */
export async function maskOf({ store }: Prepared, parameter: Parameter): Promise<Float32Array> {
  const lists = parameter.lists ? await readLists(store, parameter.name) : undefined;
  const ones = new Float32Array(parameter.shape.reduce((a, b) => a * b)).fill(1);
  return parameter.unpack(parameter.pack(ones, lists), lists);
}

/**
 * Whole sparse networks, one layout of the weights after the other. A step of each must be the step of the
 * dense network that holds zeros where entries are dead. And over two hundred steps in which the mask changes
 * every twenty, by lists written from here, what is dead stays dead, and what lives stays where it is.
 */
import { describe, expect, test } from 'vitest';
import { GraphBuilder, type Network } from '../../src/nn/compile/graph.ts';
import { initialValues } from '../../src/nn/tensor/init.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { emitLoss } from '../../src/nn/layers/loss.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { globalAveragePool } from '../../src/nn/layers/pool.ts';
import { basicBlock } from '../../src/nn/models/basic-block.ts';
import { buildModel } from '../../src/nn/models/registry.ts';
import { emitUpdate } from '../../src/nn/compile/optimizer.ts';
import type { Parameter } from '../../src/nn/tensor/parameter.ts';
import type { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { reassignedFloats } from '../../src/sparse/mask/reassigned-slots.ts';
import type { NetworkLayout } from '../../src/sparse/layouts/network-layout.ts';
import type { LayoutName } from '../../src/sparse/layouts/registry.ts';
import { relativeError } from '../reference/compare.ts';
import { ROLE_STREAM, uniformTensor } from '../reference/inputs.ts';
import { placeRows, toBatchInnermost, type Group } from './batch.ts';
import { noErrors, readFloats, readLists, storageBuffer, upload } from './engine.ts';
import { areaOf, frame } from './frame.ts';
import { BLOCK, maskOf, nextLists, SPARSE, SPARSITY, type SparseName } from './list-changes.ts';
import { NETWORK_LAYOUTS } from './network-layouts.ts';

const CLASSES = 5;
const SEED = 2;
const GROUPS: readonly Group[] = [
  { capacity: 4, live: 4 },
  { capacity: 4, live: 3 },
];
const ROWS = 7;

const layoutOf = (name: LayoutName, sparsity: number): NetworkLayout =>
  NETWORK_LAYOUTS[name]({ sparsity, block: `${BLOCK.rows}x${BLOCK.columns}` });

/** A stem and two residual blocks, the second with a projection, on images of 8×8. */
function residual({ layoutFor, channelsFor }: NetworkLayout): Network {
  const graph = new GraphBuilder(3, 8, 8, layoutFor, channelsFor);
  let x = norm(graph, 'bn1', convolution(graph, 'conv1', graph.input, 8, { role: 'stem' }), {
    relu: true,
  });
  x = basicBlock(graph, 'layer1.0', x, 8, 1);
  x = basicBlock(graph, 'layer2.0', x, 12, 2);
  const logits = linear(graph, 'classifier', globalAveragePool(graph, 'pool', x), CLASSES, {
    role: 'head',
  });
  return graph.finish('residual', logits);
}

const NETS = {
  residual,
  pocket: ({ layoutFor, channelsFor }: NetworkLayout) =>
    buildModel('pocket', 4, CLASSES, layoutFor, channelsFor),
} as const;

const LAYER_COUNT = { residual: 4, pocket: 3 } as const;

/** A network with a plan for training steps on one fixed batch. */
async function trainer(network: Network) {
  const framed = await frame(network, GROUPS, { optimizer: 'sgd-momentum', seed: SEED });
  const { device, store, emit, total } = framed;
  const records = Array.from({ length: ROWS }, (_, i) => ({
    source: 'stream' as const,
    label: i % CLASSES,
    crossEntropy: 1 / ROWS,
  }));
  for (const layer of network.layers) layer.forward(emit);
  const rowLoss = emitLoss(emit, network, {
    rows: upload(device, 'rows', placeRows(framed, records)),
    storedLogits: storageBuffer(device, 'stored logits', total * CLASSES * 4),
  });
  emit.beginBackward();
  for (const layer of network.layers.toReversed()) layer.backward(emit);
  emitUpdate(emit);
  const plan = await framed.plan();
  framed.scalars({ taskCount: CLASSES, rate: 0.02, momentum: 0.9, weightDecay: 1e-3 });
  const area = areaOf(network.input);
  const images = uniformTensor(SEED, ROLE_STREAM.x, ROWS * area);
  plan.write(emit.value(network.input), toBatchInnermost(images, area, framed));
  const velocity = store.optimizer.get('velocity')!;
  return {
    device,
    store,
    velocity,
    parameters: network.layers.flatMap((layer) => layer.parameters),
    step: () => plan.submitter.run(),
    async loss() {
      const losses = await readFloats(device, plan.buffer(rowLoss), total * 4);
      return losses.reduce((sum, value, i) => (i % 4 === 0 ? sum + value : sum), 0);
    },
    /** A parameter's range of an arena. */
    async stored(arena: GPUBuffer, { name, storage }: Parameter) {
      const floats = await readFloats(device, arena);
      return floats.slice(store.at(name), store.at(name) + storage);
    },
  };
}

const masked = (values: ArrayLike<number>, mask: Float32Array) =>
  mask.map((live, i) => (live === 0 ? 0 : values[i]!));

const steps = SPARSE.flatMap((name) =>
  (Object.keys(NETS) as (keyof typeof NETS)[]).flatMap((net) =>
    [name === 'pattern' ? 5 / 9 : 0, 0.75].map((sparsity) => [name, net, sparsity] as const),
  ),
);

describe('a step', () => {
  test.each(steps)('%s, %s at %f', async (name, net, sparsity) => {
    const sparse = await trainer(NETS[net](layoutOf(name, sparsity)));
    const dense = await trainer(NETS[net](layoutOf('dense', 0)));
    const masks = new Map<string, Float32Array>();
    for (const parameter of sparse.parameters) {
      const lists = parameter.lists ? await readLists(sparse.store, parameter.name) : undefined;
      masks.set(parameter.name, maskOf(parameter, lists));
      dense.store.write(parameter.name, await sparse.store.read(parameter.name));
    }
    const listed = sparse.parameters.filter(({ lists }) => lists);
    const weights = listed.filter(({ role }) => role === 'matrix');
    expect(weights.length).toBeGreaterThanOrEqual(LAYER_COUNT[net]);
    await sparse.step();
    await dense.step();
    const loss = await dense.loss();
    expect(Math.abs((await sparse.loss()) - loss) / loss, 'loss').toBeLessThanOrEqual(1e-6);
    for (const { name: parameter } of dense.parameters) {
      const mask = masks.get(parameter)!;
      const expected = await dense.store.readGradient(parameter);
      const scale = Math.max(...expected.map(Math.abs));
      const found = await sparse.store.readGradient(parameter);
      const worst = Math.max(
        ...masked(expected, mask).map((value, i) => Math.abs(value - found[i]!)),
      );
      expect(worst / scale, `gradient of ${parameter}`).toBeLessThanOrEqual(1e-5);
      const after = masked(await dense.store.read(parameter), mask);
      const error = relativeError(await sparse.store.read(parameter), after);
      expect(error, parameter).toBeLessThanOrEqual(1e-5);
    }
    for (const bn of dense.store.runningNames) {
      const live = masks.get(`${bn}.weight`)!;
      const expected = await dense.store.readRunning(bn);
      const found = await sparse.store.readRunning(bn);
      for (const part of ['mean', 'variance'] as const) {
        const error = relativeError(masked(found[part], live), masked(expected[part], live));
        expect(error, `${bn} ${part}`).toBeLessThanOrEqual(1e-5);
      }
    }
    await noErrors();
    sparse.device.memory.releaseAll();
  });
});

const sparseParameters: Readonly<Record<SparseName, number>> = {
  block: 4,
  pattern: 4,
  unstructured: 4,
  // Two pairs of convolutions, and the scale and shift between each.
  channel: 8,
};

describe('two hundred steps, the mask changing every twenty', () => {
  test.each(SPARSE)('%s', async (name) => {
    const run = await trainer(residual(layoutOf(name, SPARSITY)));
    const { store, parameters, velocity, device } = run;
    const { queue } = device.device;
    const sparse = parameters.filter(({ lists }) => lists);
    expect(sparse).toHaveLength(sparseParameters[name]);
    const listsOf = async () =>
      new Map(
        await Promise.all(
          sparse.map(async (p) => [p.name, await readLists(store, p.name)] as const),
        ),
      );
    const initial = await listsOf();
    const counts = new Map(
      sparse.map((p) => [p.name, maskOf(p, initial.get(p.name)).filter(Boolean).length]),
    );
    let first = 0;
    for (let step = 0; step < 200; step++) {
      if (step > 0 && step % 20 === 0) {
        const before = await listsOf();
        const statistics = await runningOf(store);
        const after = nextLists(name, parameters, before, step);
        for (const parameter of sparse) {
          const [old, next] = [before.get(parameter.name)!, after.get(parameter.name)!];
          const held = [
            await run.stored(store.parameters, parameter),
            await run.stored(velocity, parameter),
          ].map((stored) => parameter.unpack(stored, old));
          const ranges = reassignedFloats(parameter, old, next);
          expect(ranges.length).toBeGreaterThan(0);
          for (const { at, length } of ranges) {
            for (const arena of [store.parameters, store.gradients, ...store.optimizer.values()]) {
              queue.writeBuffer(
                arena,
                4 * (store.at(parameter.name) + at),
                new Float32Array(length),
              );
            }
          }
          store.writeLists(parameter.name, next);
          // What lived and lives is as it was, what has grown is 0, and nothing else is there.
          const stays = maskOf(parameter, next);
          const stayed = maskOf(parameter, old).map((live, i) => live * stays[i]!);
          const holds = [
            await run.stored(store.parameters, parameter),
            await run.stored(velocity, parameter),
          ].map((stored) => parameter.unpack(stored, next));
          holds.forEach((values, i) => {
            expect(values, parameter.name).toEqual(masked(held[i]!, stayed));
          });
        }
        if (name === 'channel') {
          for (const [bn, { mean, variance }] of statistics) store.writeRunning(bn, mean, variance);
          await startFilters(run, before, after);
        }
      }
      await run.step();
      if (step === 0) first = await run.loss();
    }
    const last = await run.loss();
    expect(last).toBeLessThan(0.5 * first);
    const lists = await listsOf();
    for (const parameter of sparse) {
      const present = lists.get(parameter.name)!;
      const mask = maskOf(parameter, present);
      expect(mask.filter(Boolean).length).toBe(counts.get(parameter.name));
      expect(present).not.toEqual(initial.get(parameter.name));
      // Places of live entries, by way of the packing; all others must hold nothing.
      const places = parameter.pack(mask, present);
      for (const arena of [store.parameters, velocity]) {
        const stored = await run.stored(arena, parameter);
        const dead = stored.filter((_, at) => places[at] === 0);
        expect(dead.every((value) => Object.is(value, 0))).toBe(true);
        // Growing at zero and training since, hardly any live one is 0 by chance.
        const moved = stored.filter((value, at) => places[at] !== 0 && value !== 0);
        expect(moved.length).toBeGreaterThan(0.9 * mask.filter(Boolean).length);
      }
    }
    await noErrors();
    device.memory.releaseAll();
  });
});

/** The statistics of every norm; a channel that does not live has those of an untrained one. */
const runningOf = async (store: ParameterStore) =>
  Promise.all(store.runningNames.map(async (bn) => [bn, await store.readRunning(bn)] as const));

/** Gives filters that have grown their initial weights and scales: of zeros alone none would learn. */
async function startFilters(
  { store, parameters }: Awaited<ReturnType<typeof trainer>>,
  before: ReadonlyMap<string, Uint32Array>,
  after: ReadonlyMap<string, Uint32Array>,
): Promise<void> {
  for (const parameter of parameters) {
    const { name, subsets, shape } = parameter;
    // Those of the layer itself and of its norm, not of the layer that reads it.
    const own = subsets.find(
      ({ subset }) => shape.length === 1 || name.startsWith(`${subset.name}.`),
    );
    if (!own) continue;
    const channels = (lists: Uint32Array) => lists.slice(own.at, own.at + own.subset.live);
    const old = channels(before.get(name)!);
    const values = await store.read(name);
    const fresh = initialValues(parameter, SEED);
    const row = values.length / shape[0]!;
    for (const channel of channels(after.get(name)!)) {
      if (old.includes(channel)) continue;
      const at = channel * row;
      values.set(fresh.subarray(at, at + row), at);
    }
    store.write(name, values);
  }
}

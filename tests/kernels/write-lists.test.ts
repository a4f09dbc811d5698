/** New lists of one parameter: they and its bits of the live mask change, and nothing beside them does. */
import { afterEach, expect, test } from 'vitest';
import { buildModel } from '../../src/nn/models/registry.ts';
import { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { gpu, noErrors, readLists, readWords } from './engine.ts';
import { NETWORK_LAYOUTS } from './network-layouts.ts';

/** Channels of 6, 12, 24 and 24, so that storage ends within a word of the mask. */
const WIDTH = 6;
const SPARSITY = 0.6;

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

test.each(['block', 'pattern', 'unstructured', 'channel'] as const)('%s', async (layout) => {
  const device = await gpu();
  const { layoutFor, channelsFor } = NETWORK_LAYOUTS[layout]({ sparsity: SPARSITY, block: '4x2' });
  const network = buildModel('resnet18', WIDTH, 4, layoutFor, channelsFor);
  const store = new ParameterStore(device, network, 'sgd');
  store.initialize(1);
  const parameters = network.layers.flatMap((layer) => layer.parameters);
  const sparse = parameters.filter(({ lists }) => lists);
  const changed = sparse[Math.floor(sparse.length / 2)]!;
  const fresh = changed.lists!.initial(2);
  const lists = await readWords(device, store.lists!);
  expect(fresh).not.toEqual(await readLists(store, changed.name));

  store.writeLists(changed.name, fresh);

  expect(store.listsOf(changed.name)).toEqual(fresh);
  lists.set(fresh, store.listsAt(changed.name));
  expect(await readWords(device, store.lists!)).toEqual(lists);
  // A bit is 0 at what a sparse parameter does not store, and 1 everywhere else.
  const expected = new Uint8Array(Math.ceil(store.floats / 32) * 32).fill(1);
  let live = 0;
  for (const parameter of sparse) {
    const { name, shape, storage, lists: own } = parameter;
    const at = store.listsAt(name);
    const ones = new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(1);
    const stored = parameter.pack(ones, lists.subarray(at, at + own!.words));
    expected.fill(0, store.at(name), store.at(name) + Math.ceil(storage / 32) * 32);
    stored.forEach((value, i) => (expected[store.at(name) + i] = value));
    if (name === changed.name) live = stored.reduce((sum, value) => sum + value, 0);
  }
  const words = await readWords(device, store.live!);
  const bits = Uint8Array.from(expected, (_, i) => (words[i >> 5]! >>> (i & 31)) & 1);
  expect(bits.findIndex((bit, i) => bit !== expected[i])).toBe(-1);
  expect(store.liveCount(changed.name)).toBe(live);
});

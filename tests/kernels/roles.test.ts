/** Layouts go by what layers are for: names decide nothing, on any layout and in no direction. */
import { expect, test } from 'vitest';
import { sparseWeights } from '../../src/continual/step/gradient-pass.ts';
import { GraphBuilder, type Network } from '../../src/nn/compile/graph.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { globalAveragePool } from '../../src/nn/layers/pool.ts';
import { EVERYTHING, type GroupChoice } from '../../src/nn/tensor/parameter-group.ts';
import { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { gpu } from './engine.ts';
import { NETWORK_LAYOUTS } from './network-layouts.ts';

/** Roles and names that contradict what the names of other models would suggest. */
function network(layout: 'block' | 'pattern' | 'unstructured', groupFor?: GroupChoice) {
  const { layoutFor } = NETWORK_LAYOUTS[layout]({ sparsity: 0.75, block: '4x4' });
  const graph = new GraphBuilder(8, 4, 4, layoutFor, undefined, groupFor);
  let x = convolution(graph, 'first', graph.input, 8, { role: 'stem' });
  x = norm(graph, 'scale', x, { relu: true });
  x = convolution(graph, 'classifier', x, 8);
  x = convolution(graph, 'shortcut.mixer', x, 8);
  x = convolution(graph, 'beside', x, 8, { role: 'shortcut' });
  const logits = linear(graph, 'head', globalAveragePool(graph, 'pool', x), 8, { role: 'head' });
  return graph.finish('roles', logits);
}

test.each(['block', 'pattern', 'unstructured'] as const)(
  '%s: a head that is called something else stays dense',
  async (layout) => {
    const store = new ParameterStore(await gpu(), network(layout), 'sgd');
    store.initialize(1);
    const count = (name: string) => store.liveCount(`${name}.weight`);
    expect([count('head'), count('first'), count('beside')]).toEqual([64, 576, 576]);
    // A quarter of 576: 9 of 36 blocks, 36 of 64 kernels with four taps each, single weights.
    expect([count('classifier'), count('shortcut.mixer')]).toEqual([144, 144]);
    const values = await store.read('head.weight');
    expect(values.every((value) => value !== 0)).toBe(true);
  },
);

test('a layer that names no role shares that of the layer before it', () => {
  const roles = network('block').layers.map(({ name, role }) => [name, role]);
  expect(Object.fromEntries(roles)).toEqual({
    ...{ first: 'stem', scale: 'stem', classifier: 'body', 'shortcut.mixer': 'body' },
    ...{ beside: 'shortcut', pool: 'shortcut', head: 'head' },
  });
});

test.each(['block', 'pattern', 'unstructured'] as const)(
  '%s: weights that are frozen neither come nor go',
  (layout) => {
    const { unitsOf } = NETWORK_LAYOUTS[layout]({ sparsity: 0.75, block: '4x4' });
    const named = (net: Network) => unitsOf(net).map(({ name }) => name);
    expect(named(network(layout))).toEqual(['classifier', 'shortcut.mixer']);
    const frozen: GroupChoice = (_, { name }) =>
      name === 'classifier' ? { ...EVERYTHING, name: 'held', frozen: true } : EVERYTHING;
    expect(named(network(layout, frozen))).toEqual(['shortcut.mixer']);
    expect(sparseWeights(network(layout, frozen)).map(({ name }) => name)).toEqual([
      'shortcut.mixer.weight',
    ]);
  },
);

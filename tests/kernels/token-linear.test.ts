/**
 * Linear layers over tokens, dense and in blocks, against plain sums and finite differences: any number of tokens,
 * channels beside the blocks, ragged groups. Each case reads its input twice, so that the input's gradient is written
 * and added to.
 */
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import type { WeightLayout } from '../../src/nn/compile/weight-layout.ts';
import { denseLayout } from '../../src/nn/convolution/dense-layout.ts';
import { add } from '../../src/nn/layers/add.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { globalAveragePool } from '../../src/nn/layers/pool.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import { blockLayout } from '../../src/sparse/layouts/block/layout.ts';
import { tokenLinear, tokenLinearBackward } from '../reference/plain/token-linear.ts';
import { cases } from '../setup/cases.ts';
import type { Group, RowRecord } from './batch.ts';
import { frame, GARBAGE, networkOf } from './frame.ts';
import { nearestHalf } from './halves.ts';
import { runLayers } from './harness.ts';
import { close, draw, times } from './masked-layers.ts';
import { checkSlopes } from './slopes.ts';

const TOKENS = [65, 1, 5, 17] as const;
const LAYOUTS: Readonly<Record<string, WeightLayout>> = {
  dense: denseLayout,
  'blocks of 16': blockLayout({ rows: 16, columns: 16, sparsity: 0.5 }),
  'blocks of 4': blockLayout({ rows: 4, columns: 4, sparsity: 0.75 }),
  'blocks of 8×1': blockLayout({ rows: 8, columns: 1, sparsity: 0.5 }),
};
/** Live rows fill the batch, leave some of a group out, or leave out a whole group's end and middle. */
const GROUPS: Readonly<Record<string, readonly Group[]>> = {
  'whole rows': [{ capacity: 8, live: 8 }],
  'padded rows': [{ capacity: 8, live: 5 }],
  'two groups': [
    { capacity: 4, live: 3 },
    { capacity: 8, live: 2 },
  ],
};

const axes = {
  tokens: TOKENS,
  layout: Object.keys(LAYOUTS),
  inputs: [64, 3, 17],
  outputs: [64, 35, 5],
  groups: Object.keys(GROUPS),
  activations: ['f32', 'f16'],
  accumulate: [0, 1],
} as const;

/** Which entries of [Co, Ci] live in the blocks of `lists`. */
function maskOf(layout: WeightLayout, outChannels: number, inChannels: number) {
  const shape = { outChannels, inChannels, kernel: 1, stride: 1, pad: 0 } as const;
  const lists = layout.lists(shape, 'weight')?.initial(3);
  const ones = new Float32Array(outChannels * inChannels).fill(1);
  return { lists, mask: layout.unpack(shape, layout.pack(shape, ones, lists), lists) };
}

describe('against plain sums', () => {
  test.for(cases(axes))(
    '$tokens tokens, $layout, $inputs→$outputs, $groups, $activations, accumulate $accumulate',
    async ({ tokens, inputs, outputs, activations, accumulate, ...named }) => {
      const layout = LAYOUTS[named.layout]!;
      const groups = GROUPS[named.groups]!;
      const rows = groups.reduce((sum, { live }) => sum + live, 0);
      const shape = { rows, inputs, outputs, tokens };
      const { lists, mask } = maskOf(layout, outputs, inputs);
      const exact = draw('x', rows * inputs * tokens);
      // One token is a vector, which is never stored as halves.
      const halves = activations === 'f16' && tokens > 1;
      const x = halves ? exact.map(nearestHalf) : exact;
      const dy = draw('dy', rows * outputs * tokens);
      const parameters = [1, 2].map((seed) => ({
        weight: draw('weight', outputs * inputs, seed),
        bias: draw('bias', outputs, seed),
      }));
      const [a, b] = parameters as [(typeof parameters)[0], (typeof parameters)[0]];
      const result = await runLayers({
        build: (graph, [source]) =>
          add(
            graph,
            'sum',
            linear(graph, 'a', source!, outputs, { layout }),
            linear(graph, 'b', source!, outputs, { layout }),
          ),
        inputs: [{ extent: { channels: inputs, height: tokens, width: 1 }, values: x }],
        groups,
        parameters: {
          ...{ 'a.weight': a.weight, 'a.bias': a.bias },
          ...{ 'b.weight': b.weight, 'b.bias': b.bias },
        },
        ...(lists && { lists: { 'a.weight': lists, 'b.weight': lists } }),
        gradient: dy,
        ...{ activations, accumulate },
      });
      const expected = parameters.map(({ weight, bias }) => {
        const live = times(weight, mask);
        return {
          y: tokenLinear(x, live, bias, shape),
          ...tokenLinearBackward(dy, x, live, shape),
        };
      });
      const [one, two] = expected as [(typeof expected)[0], (typeof expected)[0]];
      const sum = (of: 'y' | 'dx') => one[of].map((value, i) => value + two[of][i]!);
      // Two outputs and their sum, each rounded to 11 bits.
      close(result.output, sum('y'), 'y', halves ? 2 ** -9 : undefined);
      close(result.inputGradients[0]!, sum('dx'), 'dx');
      const before = accumulate * GARBAGE;
      expected.forEach(({ dweight, dbias }, i) => {
        const name = 'ab'[i]!;
        const wanted = dweight.map((value, at) => (value + before) * mask[at]!);
        close(result.parameterGradients[`${name}.weight`]!, wanted, `dweight of ${name}`);
        const shifted = dbias.map((value) => value + before);
        close(result.parameterGradients[`${name}.bias`]!, shifted, `dbias of ${name}`);
      });
    },
  );
});

/** Embeds tokens, mixes them by their mean and answers. */
function network(tokens: number, layout: WeightLayout) {
  const graph = new GraphBuilder(1, 1, 1);
  const x = tensor('x', 5, tokens, 1);
  const a = relu(graph, 'relu1', linear(graph, 'embed', x, 12, { layout }));
  const b = relu(graph, 'relu2', linear(graph, 'hidden', a, 8, { layout }));
  const logits = linear(graph, 'fc', globalAveragePool(graph, 'mean', b), 4);
  return { network: networkOf(logits, graph.layers), kinks: [a, b] };
}

const RECORDS: readonly RowRecord[] = [
  { source: 'stream', label: 1, crossEntropy: 0.4 },
  { source: 'stream', label: 3, crossEntropy: 0.4 },
  { source: 'buffer', label: 0, crossEntropy: 0.3 },
];

describe('against finite differences', () => {
  test.for([
    { layout: 'dense', tokens: 17, seed: 5 },
    { layout: 'blocks of 4', tokens: 5, seed: 4 },
  ])('$layout, $tokens tokens', async ({ layout, tokens, seed }) => {
    const compared = await checkSlopes({
      ...network(tokens, LAYOUTS[layout]!),
      seed,
      groups: [{ capacity: 8, live: 3 }],
      records: RECORDS,
    });
    expect(compared).toHaveLength(7);
  });
});

test('no pipeline depends on the number of tokens', async () => {
  const keys = async (tokens: number, layout: WeightLayout) => {
    const { network: net } = network(tokens, layout);
    const { device, emit, plan } = await frame(net, [{ capacity: 8, live: 8 }]);
    for (const layer of net.layers) layer.forward(emit);
    emit.accumulates(net.output);
    emit.beginBackward();
    for (const layer of net.layers.toReversed()) layer.backward(emit);
    const { entries } = (await plan()).plan;
    device.memory.releaseAll();
    return [...new Set(entries.map(({ kernel }) => kernel.key))].sort();
  };
  for (const layout of [LAYOUTS['dense']!, LAYOUTS['blocks of 4']!]) {
    const many = await keys(65, layout);
    expect(await keys(64, layout)).toEqual(many);
    expect(await keys(44, layout)).toEqual(many);
    expect(await keys(17, layout)).toEqual(many);
  }
});

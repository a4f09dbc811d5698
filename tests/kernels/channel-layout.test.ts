/**
 * Layers without some of their inner channels against the plain dense versions in which the filters, scales
 * and shifts of those are 0: the narrow network must compute what the masked one does. The lists are the
 * test's own, in an order that is not that of the channels.
 */
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { add } from '../../src/nn/layers/add.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { relu } from '../../src/nn/layers/relu.ts';
import { blockLayout } from '../../src/sparse/layouts/block/layout.ts';
import { channelChoice } from '../../src/sparse/layouts/channel/layout.ts';
import { swapChannels, withChannels } from '../../src/sparse/layouts/channel/channel-lists.ts';
import { reassignedFloats } from '../../src/sparse/mask/reassigned-slots.ts';
import { batchNorm, batchNormBackward } from '../reference/plain/batch-norm.ts';
import * as plain from '../reference/plain/convolution.ts';
import { linear as plainLinear, linearBackward } from '../reference/plain/linear.ts';
import { relu as plainRelu, reluBackward } from '../reference/plain/relu.ts';
import { cases } from '../setup/cases.ts';
import { one } from './batch.ts';
import { runLayers } from './harness.ts';
import { close, draw, someOf, times } from './masked-layers.ts';

const CHANNELS = [8, 1, 5, 12, 33] as const;
const SPARSITIES = [0.5, 0, 0.9] as const;

/** Live channels in a seeded order, and for each channel whether it lives. */
function liveOf(channels: number, sparsity: number) {
  const count = Math.max(1, Math.round((1 - sparsity) * channels));
  const list = Uint32Array.from(someOf(channels, count, 5));
  const live = Float32Array.from({ length: channels }, (_, c) => (list.includes(c) ? 1 : 0));
  return { list, live };
}

/** `rows` and `columns` say which of a [Co, Ci, …] weight's live, null all. */
function maskOf(
  shape: readonly [number, number, number],
  rows: Float32Array | null,
  columns: Float32Array | null,
): Float32Array {
  const [height, width, taps] = shape;
  return Float32Array.from({ length: height * width * taps }, (_, at) => {
    const column = Math.floor(at / taps) % width;
    return (rows?.[Math.floor(at / taps / width)] ?? 1) * (columns?.[column] ?? 1);
  });
}

/** A norm undoes the scale of a filter of one weight, and of two samples it keeps the sign alone. */
const chains = cases({
  inputs: [8, 3, 5, 12, 33],
  inner: CHANNELS,
  outputs: CHANNELS,
  sparsity: SPARSITIES,
  size: [
    [8, 8],
    [4, 3],
    [5, 7],
  ],
  kernel: [3, 1],
  stride: [1, 2],
  rows: [8, 2, 5],
});

describe('two convolutions with a norm between them', () => {
  test.each(
    chains.map((options) => {
      const { inputs, inner, outputs, sparsity, size, kernel, stride, rows } = options;
      const name = `${sparsity}: ${kernel}×${kernel} stride ${stride}, ${inputs}→${inner}→${outputs}`;
      return [`${name}, ${rows} rows of ${size.join('×')}`, options] as const;
    }),
  )('%s', async (_, options) => {
    const { inputs, inner, outputs, sparsity, size, kernel, stride, rows } = options;
    const taps = kernel ** 2;
    const first: plain.ConvolutionShape = {
      ...{ rows, inputChannels: inputs, height: size[0], width: size[1] },
      ...{ outputChannels: inner, kernel, stride, padding: kernel === 3 ? 1 : 0 },
    };
    const between = plain.outputSize(first);
    const second: plain.ConvolutionShape = {
      ...{ rows, inputChannels: inner, ...between },
      ...{ outputChannels: outputs, kernel: 3, stride: 1, padding: 1 },
    };
    const { list, live } = liveOf(inner, sparsity);
    const x = draw('x', rows * inputs * size[0] * size[1]);
    const dy = draw('dy', rows * outputs * between.height * between.width);
    const values = {
      'a.weight': draw('weight', inner * inputs * taps, 1),
      'n.weight': draw('target', inner).map((value) => value + 1.5),
      'n.bias': draw('bias', inner),
      'b.weight': draw('weight', outputs * inner * 9, 2),
    };
    const running = {
      mean: draw('runningMean', inner),
      variance: draw('runningVariance', inner).map((value) => value + 1.5),
    };
    const result = await runLayers({
      build: (graph, [source]) => {
        let y = convolution(graph, 'a', source!, inner, { kernel, stride, inner: true });
        y = norm(graph, 'n', y, { relu: true });
        return convolution(graph, 'b', y, outputs);
      },
      inputs: [{ extent: { channels: inputs, height: size[0], width: size[1] }, values: x }],
      groups: one(rows),
      channelsFor: channelChoice({ sparsity }),
      lists: Object.fromEntries(Object.keys(values).map((name) => [name, list])),
      parameters: values,
      running: { n: running },
      gradient: dy,
    });

    const masks = {
      'a.weight': maskOf([inner, inputs, taps], live, null),
      'n.weight': live,
      'n.bias': live,
      'b.weight': maskOf([outputs, inner, 9], null, live),
    };
    const a = times(values['a.weight'], masks['a.weight']);
    const b = times(values['b.weight'], masks['b.weight']);
    const parameters = {
      gamma: times(values['n.weight'], live),
      beta: times(values['n.bias'], live),
    };
    const normShape = { channels: inner, ...between };
    const group = [{ capacity: rows, live: rows }];
    const z = plain.convolution(x, a, first);
    const normed = batchNorm(z, parameters, running, normShape, group, { relu: true });
    close(result.output, plain.convolution(normed.y, b, second), 'y');
    const dnormed = plain.convolutionInputGradient(dy, b, second);
    const back = batchNormBackward(dnormed, z, parameters, normShape, group, { relu: true });
    close(result.inputGradients[0]!, plain.convolutionInputGradient(back.dx, a, first), 'dx');
    const expected = {
      'a.weight': plain.convolutionWeightGradient(x, back.dx, first),
      'n.weight': back.dgamma,
      'n.bias': back.dbeta,
      'b.weight': plain.convolutionWeightGradient(normed.y, dy, second),
    };
    for (const name of ['a.weight', 'n.weight', 'n.bias', 'b.weight'] as const) {
      const masked = expected[name].map((value, i) => value * masks[name][i]!);
      close(result.parameterGradients[name]!, masked, `gradient of ${name}`);
    }
    const { mean, variance } = result.running['n']!;
    close(mean, times(Float32Array.from(normed.running.mean), live), 'running mean');
    const kept = normed.running.variance.map((value, c) => (live[c] === 1 ? value : 1));
    close(variance, kept, 'running variance');
  });
});

const linears = cases({
  inputs: CHANNELS,
  inner: CHANNELS,
  outputs: CHANNELS,
  sparsity: SPARSITIES,
  rows: [8, 1, 5],
});

describe('two linear layers with hidden units between them', () => {
  test.each(
    linears.map((options) => {
      const { inputs, inner, outputs, rows, sparsity } = options;
      return [`${sparsity}: ${rows} rows, ${inputs}→${inner}→${outputs}`, options] as const;
    }),
  )('%s', async (_, { inputs, inner, outputs, rows, sparsity }) => {
    const { list, live } = liveOf(inner, sparsity);
    const x = draw('x', rows * inputs);
    const dy = draw('dy', rows * outputs);
    const values = {
      'a.weight': draw('weight', inner * inputs, 1),
      // Above what a row of weights may subtract, lest all units be off.
      'a.bias': draw('bias', inner).map((value) => value + 1),
      'b.weight': draw('weight', outputs * inner, 2),
      'b.bias': draw('bias', outputs, 2),
    };
    const result = await runLayers({
      build: (graph, [source]) => {
        const hidden = relu(graph, 'r', linear(graph, 'a', source!, inner, { inner: true }));
        return linear(graph, 'b', hidden, outputs);
      },
      inputs: [{ extent: { channels: inputs, height: 1, width: 1 }, values: x }],
      groups: one(rows),
      channelsFor: channelChoice({ sparsity }),
      lists: { 'a.weight': list, 'a.bias': list, 'b.weight': list },
      parameters: values,
      gradient: dy,
    });
    const a = times(values['a.weight'], maskOf([inner, inputs, 1], live, null));
    const b = times(values['b.weight'], maskOf([outputs, inner, 1], null, live));
    const shapes = [
      { rows, inputs, outputs: inner },
      { rows, inputs: inner, outputs },
    ] as const;
    const z = plainLinear(x, a, times(values['a.bias'], live), shapes[0]);
    const hidden = plainRelu(z);
    close(result.output, plainLinear(hidden, b, values['b.bias'], shapes[1]), 'y');
    const second = linearBackward(dy, hidden, b, shapes[1]);
    const first = linearBackward(reluBackward(second.dx, z), x, a, shapes[0]);
    close(result.inputGradients[0]!, first.dx, 'dx');
    const gradients = result.parameterGradients;
    close(gradients['a.weight']!, first.dweight, 'dweight of a');
    close(gradients['a.bias']!, times(Float32Array.from(first.dbias), live), 'dbias of a');
    const masked = maskOf([outputs, inner, 1], null, live);
    close(gradients['b.weight']!, times(Float32Array.from(second.dweight), masked), 'dweight of b');
    close(gradients['b.bias']!, second.dbias, 'dbias of b');
  });
});

/** Two inner tensors: the second convolution lacks channels on both sides. */
function chain(sparsity: number) {
  const graph = new GraphBuilder(3, 8, 8, undefined, channelChoice({ sparsity }));
  const x = convolution(graph, 'a', graph.input, 6, { inner: true });
  const y = convolution(graph, 'b', norm(graph, 'n', x), 10, { inner: true, kernel: 1 });
  convolution(graph, 'c', y, 4, { layout: blockLayout({ rows: 4, columns: 2, sparsity: 0.5 }) });
  const parameters = graph.layers.flatMap((layer) => layer.parameters);
  return { graph, named: (name: string) => parameters.find((p) => p.name === name)! };
}

describe('what a narrow network says of itself', () => {
  test('it has the whole one’s names and shapes, and storage for what lives', () => {
    const { graph, named } = chain(0.5);
    const found = graph.layers.flatMap((layer) => layer.parameters);
    expect(found.map(({ name, shape, storage }) => [name, shape, storage])).toEqual([
      ['a.weight', [6, 3, 3, 3], 9 * 3 * 4],
      ['n.weight', [6], 4],
      ['n.bias', [6], 4],
      ['b.weight', [10, 6, 1, 1], 3 * 8],
      // 4 → 5 channels in blocks of 4×2: 27 blocks, of which 14 live.
      ['c.weight', [4, 10, 3, 3], 128],
    ]);
    expect(graph.layers.map(({ output }) => output.channels)).toEqual([3, 3, 5, 4]);
    // Fresh filters start from the values that the whole network would give them.
    expect(named('b.weight').init).toEqual({ kind: 'uniform', bound: 1 / Math.sqrt(6) });
  });

  test('weights go in and come out by the lists on both sides', () => {
    const { named } = chain(0.5);
    const b = named('b.weight');
    const outputs = [7, 0, 9, 4, 2];
    const inputs = [5, 0, 3];
    const lists = Uint32Array.from([...outputs, ...inputs]);
    const values = Float32Array.from({ length: 60 }, (_, i) => i + 1);
    const found = b.unpack(b.pack(values, lists), lists);
    const expected = values.map((value, at) =>
      outputs.includes(Math.floor(at / 6)) && inputs.includes(at % 6) ? value : 0,
    );
    expect(found).toEqual(expected);
    // [taps][Ci][Co padded]: the second input of the first output is weight [7, 0].
    expect(b.pack(values, lists)[8]).toBe(7 * 6 + 0 + 1);
    const bits = b.lists!.live(lists)[0]!;
    expect(bits).toBe(0b00011111_00011111_00011111);
  });

  test('a block-sparse layer may read what lacks channels', () => {
    const { named } = chain(0.5);
    const c = named('c.weight');
    const words = c.lists!.initial(1);
    const ones = new Float32Array(4 * 10 * 9).fill(1);
    const mask = c.unpack(c.pack(ones, words), words);
    const channels = Array.from(named('b.weight').lists!.initial(1).subarray(0, 5));
    const read = new Set<number>();
    mask.forEach((value, at) => {
      if (value !== 0) read.add(Math.floor(at / 9) % 10);
    });
    expect([...read].every((channel) => channels.includes(channel))).toBe(true);
    expect(mask.some((value) => value !== 0)).toBe(true);
  });

  test('tensors that lack different channels do not meet', () => {
    const graph = new GraphBuilder(3, 8, 8, undefined, channelChoice({ sparsity: 0.5 }));
    const a = convolution(graph, 'a', graph.input, 6, { inner: true });
    const b = convolution(graph, 'b', graph.input, 6, { inner: true });
    expect(() => add(graph, 'sum', a, b)).toThrow('same channels');
    expect(() => graph.flatten(a)).toThrow('3 of 6 channels');
  });
});

describe('a swap of channels', () => {
  test('changes the list in place', () => {
    const list = Uint32Array.from([4, 1, 7]);
    expect([...swapChannels(list, [1, 4], [0, 2])]).toEqual([2, 0, 7]);
    expect([...swapChannels(list, [], [])]).toEqual([4, 1, 7]);
    expect(() => swapChannels(list, [1], [])).toThrow(RangeError);
    expect(() => swapChannels(list, [2], [3])).toThrow('not live');
    expect(() => swapChannels(list, [1], [7])).toThrow(RangeError);
  });

  test('says which places are to be zeroed, and moves nothing', () => {
    const { named } = chain(0.5);
    const before = Uint32Array.from([5, 0, 3]);
    const after = swapChannels(before, [0], [4]);
    const changed = (name: string, lists: Uint32Array) => {
      const next = withChannels(named(name), lists, 'a', after)!;
      return reassignedFloats(named(name), lists, next);
    };
    // The second channel: column 1 of every row [tap][Ci] of a; row 1 of b; place 1 of the norm's.
    expect(changed('a.weight', before)).toEqual(
      Array.from({ length: 27 }, (_, row) => ({ at: 4 * row + 1, length: 1 })),
    );
    expect(changed('n.weight', before)).toEqual([{ at: 1, length: 1 }]);
    const both = Uint32Array.from([7, 0, 9, 4, 2, ...before]);
    expect(changed('b.weight', both)).toEqual([{ at: 8, length: 5 }]);
    expect(withChannels(named('c.weight'), before, 'a', after)).toBeNull();
    expect(() => withChannels(named('n.bias'), before, 'a', Uint32Array.of(1, 2))).toThrow(
      RangeError,
    );
  });
});

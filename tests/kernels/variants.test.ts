/**
 * Every kernel variant against the plain versions: dense and block-sparse convolutions and linear layers at
 * sizes beside all tiles. Each case reads its input twice, so that the input's gradient is written by one
 * layer and added to by the other. A variant that does not fit a layer leaves it to the default, so it is
 * counted what each of them did.
 */
import { describe, expect, test } from 'vitest';
import { hashU32 } from '../../src/gpu/rng.ts';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { add } from '../../src/nn/layers/add.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import {
  available,
  DEFAULT_VARIANT,
  GRADIENT_VARIANTS,
  nativeOf,
  TILE_VARIANTS,
  variantsFor,
  type VariantChoice,
} from '../../src/nn/compile/variants.ts';
import type { WeightLayout } from '../../src/nn/compile/weight-layout.ts';
import { denseLayout } from '../../src/nn/convolution/dense-layout.ts';
import { blockGrid } from '../../src/sparse/layouts/block/block-grid.ts';
import { liveAt } from '../../src/sparse/budget.ts';
import { buildLists } from '../../src/sparse/layouts/block/block-lists.ts';
import { blockLayout } from '../../src/sparse/layouts/block/layout.ts';
import { relativeError } from '../reference/compare.ts';
import { ROLE_STREAM, uniformTensor, type Role } from '../reference/inputs.ts';
import * as plain from '../reference/plain/convolution.ts';
import { linear as plainLinear, linearBackward } from '../reference/plain/linear.ts';
import { cases } from '../setup/cases.ts';
import { scope } from '../setup/scope.ts';
import { one } from './batch.ts';
import { firstDifference, gpu, noErrors, readWords } from './engine.ts';
import { areaOf, frame, networkOf } from './frame.ts';
import { packHalves } from './halves.ts';
import { runLayers } from './harness.ts';

const TOLERANCE = 1e-5;

const device = await gpu();
const plainly = (names: Iterable<string>, pass: 'forward' | 'weight-gradient') =>
  [...names]
    .filter((name) => nativeOf(name) !== undefined || !name.endsWith(', f16'))
    .filter((name) => available(device, { pass }, name));
const TILES = plainly(TILE_VARIANTS.keys(), 'forward');
const GRADIENTS = plainly(GRADIENT_VARIANTS.keys(), 'weight-gradient');

/** Every variant of both tables at least once. */
const PAIRS = Array.from({ length: Math.max(TILES.length, GRADIENTS.length) }, (_, i) => ({
  tile: TILES[i % TILES.length]!,
  gradient: GRADIENTS[i % GRADIENTS.length]!,
}));

/** How often each variant did each pass. */
const done = new Map<string, number>();

function choose(tile: string, gradient: string): VariantChoice {
  return (use) => {
    const name = use.pass === 'weight-gradient' ? gradient : tile;
    if (variantsFor(use).includes(name)) {
      const what = `${use.pass} by ${name}, ${use.block ? 'blocks' : 'dense'}`;
      done.set(what, (done.get(what) ?? 0) + 1);
    }
    return name;
  };
}

const draw = (role: Role, size: number, seed = 1) => uniformTensor(seed, ROLE_STREAM[role], size);
const sum = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i]!);

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(relativeError(actual, expected), what).toBeLessThanOrEqual(TOLERANCE);
}

type Weights = 'dense' | readonly [rows: number, columns: number];

/** Half of the blocks live, by a hash; the layout, its lists, and a mask of the weights in PyTorch's order. */
function weightsOf(weights: Weights, outputs: number, inputs: number, kernel: 1 | 3, seed: number) {
  const taps = kernel * kernel;
  const count = outputs * inputs * taps;
  if (weights === 'dense') {
    return { layout: denseLayout, lists: undefined, mask: new Float32Array(count).fill(1) };
  }
  const [rows, columns] = weights;
  const shape = { outChannels: outputs, inChannels: inputs, kernel, stride: 1, pad: 0 } as const;
  const grid = blockGrid(shape, { rows, columns }, (blocks) => liveAt(0.5, blocks));
  const chosen = Array.from({ length: grid.blocks }, (_, i) => i)
    .sort((a, b) => hashU32(seed, 77, a) - hashU32(seed, 77, b))
    .slice(0, grid.capacity);
  const live = new Set(chosen);
  const mask = Float32Array.from({ length: count }, (_, at) => {
    const i = Math.floor(at / taps) % inputs;
    const o = Math.floor(at / taps / inputs);
    const r = Math.floor(o / rows) * taps + (at % taps);
    return live.has(r * grid.blockColumns + Math.floor(i / columns)) ? 1 : 0;
  });
  const layout: WeightLayout = blockLayout({ rows, columns, sparsity: 0.5 });
  return { layout, lists: buildLists(grid, chosen), mask };
}

const WEIGHTS: readonly Weights[] = [
  'dense',
  [16, 16],
  [32, 32],
  [8, 8],
  [16, 32],
  [32, 8],
  [8, 4],
];
const CHANNELS = [32, 64, 17, 3, 40] as const;

const convolutions = cases({
  variants: PAIRS,
  weights: WEIGHTS,
  inputs: CHANNELS,
  outputs: CHANNELS,
  size: [
    [4, 4],
    [5, 9],
    [12, 3],
  ],
  kernel: [3, 1],
  stride: [1, 2],
  rows: [32, 13],
});

describe('convolution', () => {
  test.each(
    convolutions.map((options) => {
      const { variants, weights, inputs, outputs, size, kernel, stride, rows } = options;
      const { tile, gradient } = variants;
      const layer = `${kernel}×${kernel} stride ${stride}, ${inputs}→${outputs}, ${String(weights)}`;
      return [`${tile} and ${gradient}: ${layer}, ${rows} of ${size.join('×')}`, options] as const;
    }),
  )('%s', async (_, options) => {
    const { inputs, outputs, kernel, stride, rows } = options;
    const [height, width] = options.size;
    const shape: plain.ConvolutionShape = {
      rows,
      inputChannels: inputs,
      height,
      width,
      outputChannels: outputs,
      kernel,
      stride,
      padding: kernel === 3 ? 1 : 0,
    };
    const output = plain.outputSize(shape);
    const x = draw('x', rows * inputs * height * width);
    const dy = draw('dy', rows * outputs * output.height * output.width);
    const values = draw('weight', outputs * inputs * kernel * kernel);
    const { layout, lists, mask } = weightsOf(options.weights, outputs, inputs, kernel, 5);
    const masked = values.map((value, i) => value * mask[i]!);
    const result = await runLayers({
      variants: choose(options.variants.tile, options.variants.gradient),
      build: (graph, [source]) => {
        const a = convolution(graph, 'a', source!, outputs, { kernel, stride, layout });
        const b = convolution(graph, 'b', source!, outputs, { kernel, stride, layout });
        return add(graph, 'sum', a, b);
      },
      inputs: [{ extent: { channels: inputs, height, width }, values: x }],
      groups: one(rows),
      ...(lists && { lists: { 'a.weight': lists, 'b.weight': lists } }),
      parameters: { 'a.weight': values, 'b.weight': values },
      gradient: dy,
    });
    const y = plain.convolution(x, masked, shape);
    const dx = plain.convolutionInputGradient(dy, masked, shape);
    const dweight = plain.convolutionWeightGradient(x, dy, shape).map((dw, i) => dw * mask[i]!);
    close(result.output, sum(y, y), 'y');
    close(result.inputGradients[0]!, sum(dx, dx), 'dx');
    close(result.parameterGradients['a.weight']!, dweight, 'dweight of a');
    close(result.parameterGradients['b.weight']!, dweight, 'dweight of b');
  });
});

const linears = cases({
  variants: PAIRS,
  inputs: [64, 40, 7],
  outputs: [64, 33, 10],
  rows: [256, 130],
});

describe('linear', () => {
  test.each(
    linears.map((options) => {
      const { inputs, outputs, rows } = options;
      const { tile, gradient } = options.variants;
      return [`${tile} and ${gradient}: ${rows} rows, ${inputs}→${outputs}`, options] as const;
    }),
  )('%s', async (_, options) => {
    const { inputs, outputs, rows } = options;
    const x = draw('x', rows * inputs);
    const dy = draw('dy', rows * outputs);
    const weight = draw('weight', outputs * inputs);
    const bias = draw('bias', outputs);
    const result = await runLayers({
      variants: choose(options.variants.tile, options.variants.gradient),
      build: (graph, [source]) => linear(graph, 'a', source!, outputs),
      inputs: [{ extent: { channels: inputs, height: 1, width: 1 }, values: x }],
      groups: one(rows),
      parameters: { 'a.weight': weight, 'a.bias': bias },
      gradient: dy,
    });
    const expected = linearBackward(dy, x, weight, options);
    close(result.output, plainLinear(x, weight, bias, options), 'y');
    close(result.inputGradients[0]!, expected.dx, 'dx');
    close(result.parameterGradients['a.weight']!, expected.dweight, 'dweight');
  });
});

/** Forward, input and weight gradient of one layer whose input and output are halves, as bits. */
async function bitsOfHalves(weights: Weights, tile: string, gradient: string) {
  const { layout } = weightsOf(weights, 64, 64, 3, 5);
  const graph = new GraphBuilder(1, 1, 1);
  const x = tensor('x', 64, 6, 6);
  const y = convolution(graph, 'a', x, 64, { layout });
  let fitting = 0;
  const framed = await frame(networkOf(y, graph.layers), one(32), {
    activations: 'f16',
    variants: (use) => {
      const name = choose(tile, gradient)(use)!;
      if (use.half && variantsFor(use).includes(name)) fitting++;
      return name;
    },
  });
  const { emit, store } = framed;
  store.write('a.weight', draw('weight', 64 * 64 * 9));
  for (const layer of graph.layers) layer.forward(emit);
  emit.accumulates(y);
  emit.beginBackward();
  for (const layer of graph.layers) layer.backward(emit);
  const { submitter, buffer, write, plan } = await framed.plan();
  write(emit.value(x), packHalves(draw('x', areaOf(x) * 32)));
  write(emit.gradient(y), draw('dy', areaOf(y) * 32));
  await submitter.run();
  const bits = {
    y: await readWords(device, buffer(emit.value(y))),
    dx: await readWords(device, buffer(emit.gradient(x))),
    dweight: await readWords(device, store.gradients),
  };
  await noErrors();
  device.memory.releaseAll();
  return { bits, fitting, kernels: plan.entries.map(({ kernel }) => kernel.key) };
}

describe.skipIf(!device.adapter.features.includes('shader-f16'))('halves bound as halves', () => {
  const native = ({ tile, gradient }: (typeof PAIRS)[number]) =>
    nativeOf(tile) !== undefined && nativeOf(gradient) !== undefined;
  const halves = [
    ...TILES.map((tile) => ({ tile, gradient: DEFAULT_VARIANT })),
    ...GRADIENTS.map((gradient) => ({ tile: DEFAULT_VARIANT, gradient })),
  ]
    .filter(native)
    .flatMap((variants) => WEIGHTS.slice(0, 3).map((weights) => ({ variants, weights })));

  test.each(halves)(
    'are the same bytes: $variants.tile, $variants.gradient, $weights',
    async ({ variants: { tile, gradient }, weights }) => {
      const packed = await bitsOfHalves(weights, tile, gradient);
      const native = await bitsOfHalves(weights, nativeOf(tile)!, nativeOf(gradient)!);
      expect(native.kernels.filter((key) => key.includes('NATIVE_HALF=1'))).toHaveLength(
        native.fitting,
      );
      expect(firstDifference(native.bits.y, packed.bits.y)).toBe(-1);
      expect(firstDifference(native.bits.dx, packed.bits.dx)).toBe(-1);
      expect(firstDifference(native.bits.dweight, packed.bits.dweight)).toBe(-1);
    },
  );
});

test.skipIf(scope === 'smoke')('every variant did each of its passes, dense and in blocks', () => {
  const expected = [
    ...TILES.flatMap((name) => [`forward by ${name}`, `input-gradient by ${name}`]),
    ...GRADIENTS.map((name) => `weight-gradient by ${name}`),
  ].flatMap((what) => [`${what}, dense`, `${what}, blocks`]);
  const halves = device.adapter.features.includes('shader-f16')
    ? [
        ...TILES.map((name) => `forward by ${nativeOf(name) ?? name}, dense`),
        ...GRADIENTS.map((name) => `weight-gradient by ${nativeOf(name) ?? name}, dense`),
      ]
    : [];
  // No block has 64 channels.
  const missing = [...expected, ...halves].filter(
    (what) => !done.has(what) && !/64×\d+, blocks/.test(what),
  );
  expect(missing).toEqual([]);
});

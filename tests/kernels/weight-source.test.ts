/**
 * A weight that is derived from other parameters, basis × coefficients: forward, backward and an update against the
 * plain convolution with the product written out, and the gradients against finite differences of the loss.
 */
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/nn/compile/graph.ts';
import { emitBackward, emitForward } from '../../src/nn/compile/layer-passes.ts';
import { emitUpdate } from '../../src/nn/compile/optimizer.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import { norm } from '../../src/nn/layers/norm.ts';
import { averagePool } from '../../src/nn/layers/pool.ts';
import { EVERYTHING } from '../../src/nn/tensor/parameter-group.ts';
import { tensor } from '../../src/nn/tensor/tensor.ts';
import { channelChoice } from '../../src/sparse/layouts/channel/layout.ts';
import { basisWeights } from '../examples/basis-weights.ts';
import { relativeError } from '../reference/compare.ts';
import { ROLE_STREAM, uniformTensor } from '../reference/inputs.ts';
import {
  convolution as plainConvolution,
  convolutionInputGradient,
  convolutionWeightGradient,
  type ConvolutionShape,
} from '../reference/plain/convolution.ts';
import { fromBatchInnermost, one, toBatchInnermost } from './batch.ts';
import { noErrors, readFloats } from './engine.ts';
import { frame, GARBAGE, networkOf, type FrameOptions } from './frame.ts';
import { runLayers } from './harness.ts';
import { checkSlopes } from './slopes.ts';

const BASIS = 3;
const ROWS = 3;
const SHAPES = [
  { inputs: 5, outputs: 6, kernel: 3, stride: 1, height: 5, width: 4 },
  { inputs: 4, outputs: 9, kernel: 3, stride: 2, height: 6, width: 5 },
  { inputs: 7, outputs: 8, kernel: 1, stride: 1, height: 3, width: 3 },
] as const;

type Case = (typeof SHAPES)[number];

/** W [Co][Ci][taps] from C [Co·Ci][d] and B [d][taps], and their gradients from W's, in float64. */
function compose(c: ArrayLike<number>, b: ArrayLike<number>, taps: number): Float64Array {
  const w = new Float64Array((c.length / BASIS) * taps);
  w.forEach((_, at) => {
    for (let k = 0; k < BASIS; k++) {
      w[at]! += c[Math.floor(at / taps) * BASIS + k]! * b[k * taps + (at % taps)]!;
    }
  });
  return w;
}

function decompose(c: ArrayLike<number>, b: ArrayLike<number>, dw: Float64Array, taps: number) {
  const dc = new Float64Array(c.length);
  const db = new Float64Array(b.length);
  dw.forEach((gradient, at) => {
    for (let k = 0; k < BASIS; k++) {
      const [of, tap] = [Math.floor(at / taps) * BASIS + k, k * taps + (at % taps)];
      dc[of]! += gradient * b[tap]!;
      db[tap]! += gradient * c[of]!;
    }
  });
  return { dc, db };
}

function plainOf({ inputs, outputs, kernel, stride, height, width }: Case): ConvolutionShape {
  const padding = kernel === 3 ? 1 : 0;
  return {
    ...{ rows: ROWS, inputChannels: inputs, outputChannels: outputs },
    ...{ height, width, kernel, stride, padding },
  };
}

function numbersOf(shape: Case) {
  const { inputs, outputs, kernel, stride, height, width } = shape;
  const taps = kernel ** 2;
  const pixels = Math.ceil(height / stride) * Math.ceil(width / stride);
  const of = (stream: number, size: number) => uniformTensor(3, stream, size);
  return {
    taps,
    x: of(ROLE_STREAM.x, ROWS * inputs * height * width),
    c: of(ROLE_STREAM.weight, outputs * inputs * BASIS),
    b: of(ROLE_STREAM.bias, BASIS * taps),
    dy: of(ROLE_STREAM.dy, ROWS * outputs * pixels),
  };
}

describe.each(SHAPES.map((shape) => [shape] as const))('%o', (shape) => {
  test.each([0, 1] as const)('forward and backward, accumulate %i', async (accumulate) => {
    const { inputs, outputs, kernel, stride, height, width } = shape;
    const { taps, x, c, b, dy } = numbersOf(shape);
    const result = await runLayers({
      build: (graph, [source]) =>
        convolution(graph, 'a', source!, outputs, { kernel, stride, source: basisWeights(BASIS) }),
      inputs: [{ extent: { channels: inputs, height, width }, values: x }],
      groups: one(ROWS),
      parameters: { 'a.coefficients': c, 'a.basis': b },
      gradient: dy,
      accumulate,
    });
    const plain = plainOf(shape);
    const weight = compose(c, b, taps);
    const { dc, db } = decompose(c, b, convolutionWeightGradient(x, dy, plain), taps);
    const added = (values: Float64Array) => values.map((value) => value + accumulate * GARBAGE);
    const close = (found: ArrayLike<number>, expected: ArrayLike<number>, what: string) => {
      expect(relativeError(found, expected), what).toBeLessThan(1e-5);
    };
    close(result.output, plainConvolution(x, weight, plain), 'y');
    close(result.inputGradients[0]!, convolutionInputGradient(dy, weight, plain), 'dx');
    close(result.parameterGradients['a.coefficients']!, added(dc), 'dC');
    close(result.parameterGradients['a.basis']!, added(db), 'dB');
    expect(Object.keys(result.parameterGradients)).toEqual(['a.coefficients', 'a.basis']);
  });
});

test('its gradients are the slopes of the loss', async () => {
  const graph = new GraphBuilder(1, 1, 1);
  const source = basisWeights(BASIS);
  const x = tensor('x', 4, 6, 5);
  const a = norm(graph, 'bn1', convolution(graph, 'conv1', x, 6, { source }), { relu: true });
  const b = convolution(graph, 'conv2', a, 8, { stride: 2, source });
  const c = norm(graph, 'bn2', b, { relu: true });
  const logits = linear(graph, 'fc', averagePool(graph, 'pool', c, 3, 2), 5);
  const compared = await checkSlopes({
    ...{ seed: 4, network: networkOf(logits, graph.layers), kinks: [a, c] },
    groups: [{ capacity: 4, live: 3 }],
    records: [
      { source: 'stream', label: 1, crossEntropy: 0.5 },
      { source: 'stream', label: 2, crossEntropy: 0.5 },
      { source: 'stream', label: 4, crossEntropy: 0.5 },
    ],
  });
  expect(compared).toContain('conv1.coefficients');
  expect(compared).toContain('conv2.basis');
});

/** One step of SGD from a given gradient of the output, and the output before and after. */
async function step(options: FrameOptions = {}) {
  const shape = SHAPES[0];
  const { inputs, outputs, height, width } = shape;
  const { x, c, b, dy } = numbersOf(shape);
  const source = basisWeights(BASIS);
  const graph = new GraphBuilder(inputs, height, width, undefined, undefined, ({ role }) => ({
    ...EVERYTHING,
    name: role === 'table' ? 'basis' : 'coefficients',
  }));
  const network = graph.finish('one', convolution(graph, 'a', graph.input, outputs, { source }));
  const framed = await frame(network, one(ROWS), options);
  const { emit, store, device } = framed;
  emitForward(emit, network);
  emit.accumulates(network.output);
  emitBackward(emit, network);
  emitUpdate(emit);
  const { plan, submitter, buffer, write } = await framed.plan();
  store.write('a.coefficients', c);
  store.write('a.basis', b);
  framed.scalars({ rate: 0.05 });
  const area = outputs * height * width;
  const run = async () => {
    write(emit.value(network.input), toBatchInnermost(x, inputs * height * width, framed));
    write(emit.gradient(network.output), toBatchInnermost(dy, area, framed));
    await submitter.run();
    const values = await readFloats(device, buffer(emit.value(network.output)));
    return fromBatchInnermost(values, area, framed);
  };
  const outputsOfTwo = [await run(), await run()] as const;
  const found = { c: await store.read('a.coefficients'), b: await store.read('a.basis') };
  await noErrors();
  device.memory.releaseAll();
  return { plan, outputs: outputsOfTwo, found };
}

test('an update moves basis and coefficients, and the next weight is made of what they became', async () => {
  const { taps, x, c, b, dy } = numbersOf(SHAPES[0]);
  const plain = plainOf(SHAPES[0]);
  const { outputs, found } = await step();
  const dw = convolutionWeightGradient(x, dy, plain);
  let [coefficients, basis] = [Float64Array.from(c), Float64Array.from(b)];
  for (const output of outputs) {
    const weight = compose(coefficients, basis, taps);
    expect(relativeError(output, plainConvolution(x, weight, plain))).toBeLessThan(1e-5);
    const { dc, db } = decompose(coefficients, basis, dw, taps);
    coefficients = coefficients.map((value, i) => value - 0.05 * dc[i]!);
    basis = basis.map((value, i) => value - 0.05 * db[i]!);
  }
  expect(relativeError(found.c, coefficients)).toBeLessThan(1e-5);
  expect(relativeError(found.b, basis)).toBeLessThan(1e-5);
  // Far enough for the second output to tell.
  expect(relativeError(outputs[1], outputs[0])).toBeGreaterThan(0.1);
});

test('a basis at rest has no gradient and stays as it is; images need no input gradient', async () => {
  const { b, c } = numbersOf(SHAPES[0]);
  const { plan, found } = await step({ resting: new Set(['basis']) });
  expect(plan.entries.map(({ label }) => label)).toEqual([
    ...['a weight', 'a forward', 'a weight gradient', 'a weight gradient sum'],
    ...['a coefficient gradient', 'update of coefficients'],
  ]);
  expect(found.b).toEqual(b);
  expect(found.c).not.toEqual(c);
  // Beside the layer's own work, once a step and not once an image.
  const macs = BASIS * 9 * 5 * 6;
  const made = plan.entries[0]!;
  expect([made.macs, made.denseMacs, made.outsideMacs]).toEqual([macs, macs, 0]);
});

test('what a derived weight reads keeps its filters', () => {
  const graph = new GraphBuilder(3, 4, 4, undefined, channelChoice({ sparsity: 0.5 }));
  const narrow = convolution(graph, 'inner', graph.input, 8, { inner: true });
  expect(() => convolution(graph, 'a', narrow, 8, { source: basisWeights(BASIS) })).toThrow(
    'a mixes all 8 channels that inner makes, of which 4 are left',
  );
});

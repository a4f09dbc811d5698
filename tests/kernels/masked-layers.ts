/**
 * Sparse layers against the plain dense ones with masked weights: what the tests of the layouts share. A mask
 * is the test's own, by arithmetic of its own; the layout comes with lists that ought to mean the same.
 */
import { expect } from 'vitest';
import { add } from '../../src/nn/layers/add.ts';
import { convolution } from '../../src/nn/layers/convolution.ts';
import { linear } from '../../src/nn/layers/linear.ts';
import type { WeightLayout } from '../../src/nn/compile/weight-layout.ts';
import { hashU32 } from '../../src/gpu/rng.ts';
import { relativeError } from '../reference/compare.ts';
import { ROLE_STREAM, uniformTensor, type Role } from '../reference/inputs.ts';
import * as plain from '../reference/plain/convolution.ts';
import {
  linear as plainLinear,
  linearBackward,
  type LinearShape,
} from '../reference/plain/linear.ts';
import { one } from './batch.ts';
import { GARBAGE } from './frame.ts';
import { nearestHalf } from './halves.ts';
import { runLayers, type LayerRun } from './harness.ts';

const TOLERANCE = 1e-5;
/** Two outputs and their sum, each rounded to 11 bits. */
const HALVES = 2 ** -9;

export interface MaskedLayer {
  /** [Co, Ci, kh, kw], 1 where an entry lives and 0 elsewhere. */
  readonly mask: Float32Array;
  readonly layout: WeightLayout;
  readonly lists: Uint32Array;
  /** Whether dead entries get gradients too. */
  readonly deadGradients?: boolean;
}

export const draw = (role: Role, size: number, seed = 1): Float32Array<ArrayBuffer> =>
  uniformTensor(seed, ROLE_STREAM[role], size);

/** a · b, entry by entry. */
export const times = (a: Float32Array, b: ArrayLike<number>): Float32Array =>
  a.map((value, i) => value * b[i]!);

/** `count` of the numbers below `of`, in a seeded order that is not theirs. */
export function someOf(of: number, count: number, seed: number): number[] {
  return Array.from({ length: of }, (_, i) => i)
    .sort((a, b) => hashU32(seed, 77, a) - hashU32(seed, 77, b))
    .slice(0, count);
}

export function close(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  tolerance = TOLERANCE,
): void {
  expect(relativeError(actual, expected), what).toBeLessThanOrEqual(tolerance);
}

/** Few live entries may all have small gradients: the error is relative to the largest of the dense ones. */
function closeWhereLive(
  actual: ArrayLike<number>,
  dense: Float64Array,
  mask: Float32Array,
  what: string,
): void {
  const scale = Math.max(...dense.map(Math.abs));
  const errors = dense.map((value, i) => Math.abs(value * mask[i]! - actual[i]!));
  expect(Math.max(...errors) / scale, what).toBeLessThanOrEqual(TOLERANCE);
}

const sum = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i]!);

/**
 * Two convolutions of one input, added, forward and backward: the input's gradient is written by one layer
 * and added to by the other. With `accumulate` the weights' gradients add to what is there; with halves the
 * activations are stored so.
 */
export async function checkConvolutions(
  shape: plain.ConvolutionShape & { readonly kernel: 1 | 3; readonly stride: 1 | 2 },
  [first, second]: readonly [MaskedLayer, MaskedLayer],
  { activations = 'f32', accumulate = 0 }: Pick<LayerRun, 'activations' | 'accumulate'> = {},
): Promise<void> {
  const { rows, inputChannels, outputChannels, height, width, kernel, stride } = shape;
  const output = plain.outputSize(shape);
  const exact = draw('x', rows * inputChannels * height * width);
  const x = activations === 'f16' ? exact.map(nearestHalf) : exact;
  const dy = draw('dy', rows * outputChannels * output.height * output.width);
  const values = [1, 2].map((seed) =>
    draw('weight', outputChannels * inputChannels * kernel * kernel, seed),
  ) as [Float32Array, Float32Array];
  const result = await runLayers({
    build: (graph, [source]) => {
      const build = (name: string, { layout }: MaskedLayer) =>
        convolution(graph, name, source!, outputChannels, { kernel, stride, layout });
      return add(graph, 'sum', build('a', first), build('b', second));
    },
    inputs: [{ extent: { channels: inputChannels, height, width }, values: x }],
    groups: one(rows),
    lists: { 'a.weight': first.lists, 'b.weight': second.lists },
    parameters: { 'a.weight': values[0], 'b.weight': values[1] },
    gradient: dy,
    deadGradients: first.deadGradients ?? false,
    ...{ activations, accumulate },
  });
  const live = [times(values[0], first.mask), times(values[1], second.mask)] as const;
  const y = (weight: Float32Array) => plain.convolution(x, weight, shape);
  const dx = (weight: Float32Array) => plain.convolutionInputGradient(dy, weight, shape);
  const tolerance = activations === 'f16' ? HALVES : TOLERANCE;
  close(result.output, sum(y(live[0]), y(live[1])), 'y', tolerance);
  close(result.inputGradients[0]!, sum(dx(live[0]), dx(live[1])), 'dx');
  const before = accumulate * GARBAGE;
  const dweight = plain.convolutionWeightGradient(x, dy, shape).map((value) => value + before);
  const gradients = result.parameterGradients;
  closeWhereLive(gradients['a.weight']!, dweight, first.mask, 'dweight of a');
  closeWhereLive(gradients['b.weight']!, dweight, second.mask, 'dweight of b');
}

/** A linear layer, forward and backward. */
export async function checkLinear(
  shape: LinearShape,
  { mask, layout, lists, deadGradients = false }: MaskedLayer,
): Promise<void> {
  const { rows, inputs, outputs } = shape;
  const x = draw('x', rows * inputs);
  const dy = draw('dy', rows * outputs);
  const weight = draw('weight', outputs * inputs);
  const bias = draw('bias', outputs);
  const result = await runLayers({
    build: (graph, [source]) => linear(graph, 'a', source!, outputs, { layout }),
    inputs: [{ extent: { channels: inputs, height: 1, width: 1 }, values: x }],
    groups: one(rows),
    lists: { 'a.weight': lists },
    parameters: { 'a.weight': weight, 'a.bias': bias },
    gradient: dy,
    deadGradients,
  });
  const live = times(weight, mask);
  const expected = linearBackward(dy, x, live, shape);
  close(result.output, plainLinear(x, live, bias, shape), 'y');
  close(result.inputGradients[0]!, expected.dx, 'dx');
  closeWhereLive(result.parameterGradients['a.weight']!, expected.dweight, mask, 'dweight');
  close(result.parameterGradients['a.bias']!, expected.dbias, 'dbias');
}

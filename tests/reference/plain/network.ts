/**
 * Runs a whole net on the plain layers, forward and backward, in float64. A net is a list of nodes,
 * each of which names the earlier values that it reads; the backward walks the list the other way. This
 * closes the loop between the single layers and PyTorch's step fixtures, for names and shapes too.
 */
import { add } from './add.ts';
import { globalAveragePool, globalAveragePoolBackward } from './average-pool.ts';
import {
  batchNorm,
  batchNormBackward,
  batchNormEval,
  type NormGroup,
  type RunningStatistics,
} from './batch-norm.ts';
import {
  convolution,
  convolutionInputGradient,
  convolutionWeightGradient,
  outputSize,
  type ConvolutionShape,
} from './convolution.ts';
import { linear, linearBackward } from './linear.ts';
import { relu, reluBackward } from './relu.ts';

/** Value 0 is the net's input, value i + 1 what node i makes; `from` and `residual` are such numbers. */
export type Node = { readonly from: number } & (
  | {
      readonly kind: 'convolution';
      readonly name: string;
      readonly channels: number;
      readonly kernel: number;
      readonly stride: number;
    }
  | {
      readonly kind: 'norm';
      readonly name: string;
      readonly relu: boolean;
      readonly residual?: number;
    }
  | { readonly kind: 'linear'; readonly name: string; readonly outputs: number }
  | { readonly kind: 'relu' | 'globalPool' }
);

/** One list; the last node makes the logits. Its input is [N][3][32][32]. */
export type Network = readonly Node[];

interface Extent {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface NetworkState {
  /** By PyTorch's names: `conv1.weight`, `bn1.bias`, … */
  readonly parameters: ReadonlyMap<string, ArrayLike<number>>;
  /** By the norm's name: `bn1`, … */
  readonly running: ReadonlyMap<string, RunningStatistics>;
}

/** All values of one forward: what the backward reads. */
export interface Forward {
  readonly values: readonly Float64Array[];
  readonly extents: readonly Extent[];
  /** [N][classes] */
  readonly logits: Float64Array;
  /** After the updates of this forward; as before in evaluation mode. */
  readonly running: ReadonlyMap<string, RunningStatistics>;
}

function named<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new RangeError(`there is no ${name}`);
  return value;
}

function convolutionShape(
  node: Extract<Node, { kind: 'convolution' }>,
  rows: number,
  extent: Extent,
): ConvolutionShape {
  return {
    rows,
    inputChannels: extent.channels,
    height: extent.height,
    width: extent.width,
    outputChannels: node.channels,
    kernel: node.kernel,
    stride: node.stride,
    padding: Math.floor(node.kernel / 2),
  };
}

function linearShape(rows: number, { channels, height, width }: Extent, outputs: number) {
  return { rows, inputs: channels * height * width, outputs };
}

/** Forward of x [N][3][32][32] with batch statistics of `groups`, or with running ones in `'eval'`. */
export function forward(
  network: Network,
  { parameters, running }: NetworkState,
  x: ArrayLike<number>,
  groups: readonly NormGroup[] | 'eval',
): Forward {
  const values: Float64Array[] = [Float64Array.from(x)];
  const extents: Extent[] = [{ channels: 3, height: 32, width: 32 }];
  const rows = x.length / (3 * 32 * 32);
  const updated = new Map(running);
  for (const node of network) {
    const input = values[node.from]!;
    const extent = extents[node.from]!;
    if (node.kind === 'convolution') {
      const shape = convolutionShape(node, rows, extent);
      values.push(convolution(input, named(parameters, `${node.name}.weight`), shape));
      extents.push({ channels: node.channels, ...outputSize(shape) });
    } else if (node.kind === 'norm') {
      const affine = normParameters(parameters, node.name);
      const epilogue = normEpilogue(node, values);
      const statistics = named(running, node.name);
      if (groups === 'eval') {
        values.push(batchNormEval(input, affine, statistics, extent, epilogue));
      } else {
        const result = batchNorm(input, affine, statistics, extent, groups, epilogue);
        values.push(result.y);
        updated.set(node.name, result.running);
      }
      extents.push(extent);
    } else if (node.kind === 'linear') {
      const weight = named(parameters, `${node.name}.weight`);
      const bias = named(parameters, `${node.name}.bias`);
      values.push(linear(input, weight, bias, linearShape(rows, extent, node.outputs)));
      extents.push({ channels: node.outputs, height: 1, width: 1 });
    } else if (node.kind === 'relu') {
      values.push(relu(input));
      extents.push(extent);
    } else {
      values.push(globalAveragePool(input, extent.height * extent.width));
      extents.push({ channels: extent.channels, height: 1, width: 1 });
    }
  }
  return { values, extents, logits: values.at(-1)!, running: updated };
}

function normParameters(parameters: NetworkState['parameters'], name: string) {
  return { gamma: named(parameters, `${name}.weight`), beta: named(parameters, `${name}.bias`) };
}

function normEpilogue(node: Extract<Node, { kind: 'norm' }>, values: readonly Float64Array[]) {
  return {
    relu: node.relu,
    ...(node.residual === undefined ? {} : { residual: values[node.residual]! }),
  };
}

/** Gradient of every named parameter from dlogits [N][classes], for a training-mode forward. */
export function backward(
  network: Network,
  parameters: NetworkState['parameters'],
  { values, extents }: Forward,
  dlogits: ArrayLike<number>,
  groups: readonly NormGroup[],
): Map<string, Float64Array> {
  const gradients = new Map<string, Float64Array>();
  const flowing: (Float64Array | undefined)[] = values.map(() => undefined);
  const give = (value: number, gradient: Float64Array) => {
    const held = flowing[value];
    flowing[value] = held === undefined ? gradient : add(held, gradient);
  };
  const rows = values[0]!.length / (3 * 32 * 32);
  give(network.length, Float64Array.from(dlogits));
  for (let i = network.length - 1; i >= 0; i--) {
    const node = network[i]!;
    const dy = flowing[i + 1];
    if (dy === undefined) throw new RangeError(`nothing reads value ${i + 1}`);
    const input = values[node.from]!;
    const extent = extents[node.from]!;
    if (node.kind === 'convolution') {
      const shape = convolutionShape(node, rows, extent);
      const weight = named(parameters, `${node.name}.weight`);
      gradients.set(`${node.name}.weight`, convolutionWeightGradient(input, dy, shape));
      // Nobody asks for the gradient of the images.
      if (node.from > 0) give(node.from, convolutionInputGradient(dy, weight, shape));
    } else if (node.kind === 'norm') {
      const affine = normParameters(parameters, node.name);
      const epilogue = normEpilogue(node, values);
      const found = batchNormBackward(dy, input, affine, extent, groups, epilogue);
      gradients.set(`${node.name}.weight`, found.dgamma);
      gradients.set(`${node.name}.bias`, found.dbeta);
      give(node.from, found.dx);
      if (node.residual !== undefined) give(node.residual, found.dresidual);
    } else if (node.kind === 'linear') {
      const weight = named(parameters, `${node.name}.weight`);
      const found = linearBackward(dy, input, weight, linearShape(rows, extent, node.outputs));
      gradients.set(`${node.name}.weight`, found.dweight);
      gradients.set(`${node.name}.bias`, found.dbias);
      give(node.from, found.dx);
    } else if (node.kind === 'relu') {
      give(node.from, reluBackward(dy, input));
    } else {
      give(node.from, globalAveragePoolBackward(dy, extent.height * extent.width));
    }
  }
  return gradients;
}

/**
 * A network as a plain list, so that every stack of the benchmarks builds the same one: layers in order, with
 * PyTorch's names and sizes, and the initial values that all of them start from.
 */
import { constant, initialValues, torchDefault, type InitRule } from '../nn/tensor/init.ts';

/** Value 0 is the batch, value i + 1 what node i makes; a node reads the value before it unless `from` says. */
export type Node = { readonly name: string; readonly from?: number } & (
  | {
      /** Zero padding ⌊kernel / 2⌋, no bias. */
      readonly kind: 'convolution';
      readonly inputs: number;
      readonly outputs: number;
      readonly kernel: 1 | 3;
      readonly stride: 1 | 2;
      readonly relu: boolean;
    }
  | {
      /** Batch norm over the whole batch, ε 1e−5; `residual` is a value, added before the ReLU. */
      readonly kind: 'norm';
      readonly channels: number;
      readonly relu: boolean;
      readonly residual?: number;
    }
  /** Mean over each channel's plane. */
  | { readonly kind: 'pool' }
  /** With bias. */
  | {
      readonly kind: 'linear';
      readonly inputs: number;
      readonly outputs: number;
      readonly relu: boolean;
    }
);

export interface Architecture {
  /** Images [3][32][32], or the same numbers as one row of 3072. */
  readonly input: 'image' | 'row';
  readonly nodes: readonly Node[];
}

/** A trainable tensor in PyTorch's order: [Co, Ci, kh, kw], [out, in] or [n]. */
export interface ParameterValues {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Momentum of the running statistics, and ε under the root, of every batch norm. */
export const NORM_MOMENTUM = 0.1;
export const NORM_EPSILON = 1e-5;

const SEED = 1;

/** Every parameter with its initial value; the same numbers as the engine draws and PyTorch's fixtures hold. */
export function initialParameters({ nodes }: Architecture): Map<string, ParameterValues> {
  const drawn = nodes.flatMap(parametersOf).map(({ name, shape, init }) => ({
    name,
    shape,
    values: initialValues({ name, shape, init }, SEED),
  }));
  return new Map(drawn.map((parameter) => [parameter.name, parameter]));
}

/** Which value a node reads. */
export const sourceOf = (node: Node, index: number): number => node.from ?? index;

interface Declared {
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: InitRule;
}

function parametersOf(node: Node): Declared[] {
  const weight = `${node.name}.weight`;
  const bias = `${node.name}.bias`;
  switch (node.kind) {
    case 'convolution': {
      const { inputs, outputs, kernel } = node;
      const init = torchDefault(inputs * kernel * kernel);
      return [{ name: weight, shape: [outputs, inputs, kernel, kernel], init }];
    }
    case 'norm':
      return [
        { name: weight, shape: [node.channels], init: constant(1) },
        { name: bias, shape: [node.channels], init: constant(0) },
      ];
    case 'linear': {
      const init = torchDefault(node.inputs);
      return [
        { name: weight, shape: [node.outputs, node.inputs], init },
        { name: bias, shape: [node.outputs], init },
      ];
    }
    case 'pool':
      return [];
  }
}

/** A parameter by name. Throws `RangeError` where there is none. */
export function named<Value>(parameters: ReadonlyMap<string, Value>, name: string): Value {
  const found = parameters.get(name);
  if (found === undefined) throw new RangeError(`the architecture has no ${name}`);
  return found;
}

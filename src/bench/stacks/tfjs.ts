/**
 * TensorFlow.js on any of its backends, as its documentation teaches: variables, `optimizer.minimize`,
 * `tidy`; NHWC; convolutions and linear layers fused with their ReLU where no norm comes between; the batches
 * as tensors that stay on the device.
 */
import type * as Tf from '@tensorflow/tfjs-core';
import {
  initialParameters,
  named,
  NORM_EPSILON,
  NORM_MOMENTUM,
  sourceOf,
  type Architecture,
  type Node,
  type ParameterValues,
} from '../architecture.ts';
import { oneHot, type Batch } from '../batches.ts';
import { CLASSES, type Workload } from '../workloads.ts';
import { Unsupported, type LoadedStack, type Training } from './stack.ts';

export type TfjsBackend = 'webgpu' | 'webgl' | 'wasm';

/** tfjs with the gradients of its operations, which are not part of its core by default. */
export async function importTfjs(): Promise<typeof Tf> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  return tf;
}

/** Opens a backend that is registered. */
export async function loadTfjs(tf: typeof Tf, backend: TfjsBackend): Promise<LoadedStack> {
  const factory = tf.findBackendFactory(backend);
  if (!(await tf.setBackend(backend))) {
    throw new Unsupported(`tfjs could not open its ${backend} backend here.`);
  }
  return {
    start: (workload, batches) => start(tf, backend, workload, batches),
    // The next workload begins with an empty pool of buffers and no compiled programs.
    close: () => {
      tf.removeBackend(backend);
      tf.registerBackend(backend, factory);
    },
  };
}

/** Variables by PyTorch's names, in tfjs's orders: filters [kh][kw][Ci][Co], matrices [in][out]. */
type Variables = ReadonlyMap<string, Tf.Variable>;

async function start(
  tf: typeof Tf,
  backend: TfjsBackend,
  workload: Workload,
  batches: readonly Batch[],
): Promise<Training> {
  const { architecture, rate, momentum, batch } = workload;
  // Several backends may be open; a step says which one it means.
  await tf.setBackend(backend);
  const trained: Variables = new Map(
    [...initialParameters(architecture)].map(([name, parameter]) => [
      name,
      tf.tidy(() => variable(tf, parameter)),
    ]),
  );
  const running = runningStatistics(tf, architecture);
  const variables = [...trained.values()];
  const optimizer = momentum > 0 ? tf.train.momentum(rate, momentum) : tf.train.sgd(rate);
  const inputs = batches.map(({ images, labels }) => ({
    x: tf.tidy(() => inputOf(tf, architecture, images, batch)),
    y: tf.tensor2d(oneHot(labels), [batch, CLASSES]),
  }));
  return {
    async step(index) {
      await tf.setBackend(backend);
      const { x, y } = inputs[index]!;
      const loss = tf.tidy(() =>
        optimizer.minimize(
          () => tf.losses.softmaxCrossEntropy(y, forward(tf, architecture, x, trained, running)),
          true,
          variables,
        )!,
      );
      const [value] = await loss.data();
      loss.dispose();
      return value!;
    },
    end() {
      optimizer.dispose();
      tf.dispose([variables, [...running.values()], inputs.map(({ x, y }) => [x, y])]);
    },
  };
}

function variable(tf: typeof Tf, { shape, values }: ParameterValues): Tf.Variable {
  const tensor = tf.tensor(values, [...shape]);
  if (shape.length === 4) return tf.variable(tf.transpose(tensor, [2, 3, 1, 0]));
  return tf.variable(shape.length === 2 ? tf.transpose(tensor) : tensor);
}

function runningStatistics(tf: typeof Tf, { nodes }: Architecture): Variables {
  const running = new Map<string, Tf.Variable>();
  for (const node of nodes) {
    if (node.kind !== 'norm') continue;
    running.set(`${node.name}.mean`, tf.variable(tf.zeros([node.channels]), false));
    running.set(`${node.name}.variance`, tf.variable(tf.ones([node.channels]), false));
  }
  return running;
}

function inputOf(
  tf: typeof Tf,
  { input }: Architecture,
  images: Float32Array,
  batch: number,
): Tf.Tensor {
  if (input === 'row') return tf.tensor2d(images, [batch, images.length / batch]);
  return tf.transpose(tf.tensor4d(images, [batch, 3, 32, 32]), [0, 2, 3, 1]);
}

/** Logits [N][classes]. */
function forward(
  tf: typeof Tf,
  { nodes }: Architecture,
  x: Tf.Tensor,
  trained: Variables,
  running: Variables,
): Tf.Tensor {
  const values = [x];
  nodes.forEach((node, i) => {
    const input = values[sourceOf(node, i)]!;
    const weight = () => named(trained, `${node.name}.weight`);
    const bias = () => named(trained, `${node.name}.bias`);
    switch (node.kind) {
      case 'convolution':
        values.push(convolve(tf, node, input as Tf.Tensor4D, weight() as Tf.Tensor as Tf.Tensor4D));
        break;
      case 'norm': {
        const normed = normalise(tf, node, input as Tf.Tensor4D, trained, running);
        const sum = node.residual === undefined ? normed : tf.add(normed, values[node.residual]!);
        values.push(node.relu ? tf.relu(sum) : sum);
        break;
      }
      case 'pool':
        values.push(tf.mean(input, [1, 2]));
        break;
      case 'linear':
        values.push(
          tf.fused.matMul({
            a: input,
            b: weight(),
            bias: bias(),
            ...(node.relu && { activation: 'relu' }),
          }),
        );
        break;
    }
  });
  return values.at(-1)!;
}

function convolve(
  tf: typeof Tf,
  { kernel, stride, relu }: Extract<Node, { kind: 'convolution' }>,
  x: Tf.Tensor4D,
  filter: Tf.Tensor4D,
): Tf.Tensor {
  const pad = (kernel - 1) / 2;
  if (!relu) return tf.conv2d(x, filter, stride, pad, 'NHWC', 1, 'floor');
  return tf.fused.conv2d({
    x,
    filter,
    strides: stride,
    pad,
    dimRoundingMode: 'floor',
    activation: 'relu',
  });
}

function normalise(
  tf: typeof Tf,
  { name }: Extract<Node, { kind: 'norm' }>,
  x: Tf.Tensor4D,
  trained: Variables,
  running: Variables,
): Tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const [rows, height, width] = x.shape;
  const entries = rows * height * width;
  const follow = (statistic: string, value: Tf.Tensor) => {
    const held = named(running, `${name}.${statistic}`);
    held.assign(tf.add(held, tf.mul(tf.sub(value, held), NORM_MOMENTUM)));
  };
  follow('mean', mean);
  follow('variance', tf.mul(variance, entries / (entries - 1)));
  return tf.batchNorm(
    x,
    mean as Tf.Tensor1D,
    variance as Tf.Tensor1D,
    named(trained, `${name}.bias`) as Tf.Tensor as Tf.Tensor1D,
    named(trained, `${name}.weight`) as Tf.Tensor as Tf.Tensor1D,
    NORM_EPSILON,
  );
}

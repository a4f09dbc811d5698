/**
 * jax-js on any of its devices, as its documentation teaches: pure functions over trees of arrays, value and
 * gradient and update in one `jit`; NCHW; the batches as arrays that stay on the device. Its functions consume
 * their arguments: `.ref` wherever a value is used again.
 */
import type * as Jax from '@jax-js/jax';
import type { Device } from '@jax-js/jax';
import {
  initialParameters,
  NORM_EPSILON,
  NORM_MOMENTUM,
  sourceOf,
  type Architecture,
  type Node,
} from '../architecture.ts';
import { oneHot, type Batch } from '../batches.ts';
import { CLASSES, type Workload } from '../workloads.ts';
import { Unsupported, type LoadedStack, type Training } from './stack.ts';

type Library = typeof Jax;
type NdArray = Jax.Array;
/** Arrays by name. */
type Tree = Record<string, NdArray>;

/** Loads jax-js and opens one of its devices. Throws `Unsupported` where there is none. */
export async function loadJax(device: Device): Promise<LoadedStack> {
  const jax = await import('@jax-js/jax');
  if (!(await jax.init(device)).includes(device)) {
    throw new Unsupported(`jax-js could not open its ${device} device here.`);
  }
  return {
    start: (workload, batches) => start(jax, device, workload, batches),
    // A device of jax-js stays open; everything on it has been disposed of.
    close: () => undefined,
  };
}

async function start(
  jax: Library,
  device: Device,
  workload: Workload,
  batches: readonly Batch[],
): Promise<Training> {
  const { numpy: np, tree } = jax;
  const { architecture, batch } = workload;
  jax.defaultDevice(device);
  let parameters: Tree = Object.fromEntries(
    [...initialParameters(architecture)].map(([name, { shape, values }]) => {
      const array = np.array(Float32Array.from(values)).reshape([...shape]);
      // [in][out], so that a batch of rows multiplies it as it lies.
      return [name, shape.length === 2 ? np.transpose(array) : array];
    }),
  );
  let velocity: Tree = tree.map((array: NdArray) => np.zeros(array.shape), tree.ref(parameters));
  let running = runningStatistics(jax, architecture);
  const shape = architecture.input === 'row' ? [batch, 3072] : [batch, 3, 32, 32];
  const inputs = batches.map(({ images, labels }) => ({
    x: np.array(images).reshape(shape),
    y: np.array(oneHot(labels)).reshape([batch, CLASSES]),
  }));
  await jax.blockUntilReady(inputs);
  const step = compiledStep(jax, workload);
  return {
    async step(index) {
      jax.defaultDevice(device);
      const { x, y } = inputs[index]!;
      const [loss, ...state] = step(parameters, velocity, running, x.ref, y.ref);
      [parameters, velocity, running] = state;
      const [value] = (await loss.data()) as Float32Array;
      return value!;
    },
    end() {
      tree.dispose([parameters, velocity, running, inputs]);
      step.dispose();
    },
  };
}

/** (parameters, velocity, running statistics, x, one-hot y) → (loss, and the first three anew). */
function compiledStep(jax: Library, { architecture, rate, momentum, batch }: Workload) {
  const { nn, tree, valueAndGrad, jit } = jax;
  const lossOf = (parameters: Tree, running: Tree, x: NdArray, y: NdArray): [NdArray, Tree] => {
    const { logits, statistics } = forward(jax, architecture, x, parameters, running);
    const loss = nn
      .logSoftmax(logits)
      .mul(y)
      .sum()
      .mul(-1 / batch);
    return [loss, statistics];
  };
  return jit(
    (
      parameters: Tree,
      velocity: Tree,
      running: Tree,
      x: NdArray,
      y: NdArray,
    ): [NdArray, Tree, Tree, Tree] => {
      const [[loss, statistics], gradients] = valueAndGrad(lossOf, { hasAux: true })(
        tree.ref(parameters),
        running,
        x,
        y,
      );
      if (momentum === 0) {
        const moved = tree.map(
          (w: NdArray, g: NdArray) => w.sub(g.mul(rate)),
          parameters,
          gradients,
        );
        return [loss, moved, velocity, statistics];
      }
      const moving = tree.map(
        (v: NdArray, g: NdArray) => v.mul(momentum).add(g),
        velocity,
        gradients,
      );
      const moved = tree.map(
        (w: NdArray, v: NdArray) => w.sub(v.mul(rate)),
        parameters,
        tree.ref(moving),
      );
      return [loss, moved, moving, statistics];
    },
  );
}

function runningStatistics({ numpy: np }: Library, { nodes }: Architecture): Tree {
  const running: Tree = {};
  for (const node of nodes) {
    if (node.kind !== 'norm') continue;
    running[`${node.name}.mean`] = np.zeros([1, node.channels, 1, 1]);
    running[`${node.name}.variance`] = np.ones([1, node.channels, 1, 1]);
  }
  return running;
}

/** Consumes everything it is given. */
function forward(
  jax: Library,
  { nodes }: Architecture,
  x: NdArray,
  parameters: Tree,
  running: Tree,
): { readonly logits: NdArray; readonly statistics: Tree } {
  const { numpy: np, nn, lax } = jax;
  const uses = usesOf(nodes);
  const values = [x];
  /** A value as an argument: the last of its readers consumes it. */
  const read = (value: number): NdArray => {
    const array = values[value]!;
    uses[value]!--;
    return uses[value] === 0 ? array : array.ref;
  };
  const statistics: Tree = {};
  const rectified = (array: NdArray, relu: boolean) => (relu ? nn.relu(array) : array);
  nodes.forEach((node, i) => {
    const input = read(sourceOf(node, i));
    switch (node.kind) {
      case 'convolution': {
        const pad = (node.kernel - 1) / 2;
        const filter = parameters[`${node.name}.weight`]!;
        const convolved = lax.convGeneralDilated(
          input,
          filter,
          [node.stride, node.stride],
          [
            [pad, pad],
            [pad, pad],
          ],
        );
        values.push(rectified(convolved, node.relu));
        break;
      }
      case 'norm': {
        const normed = normalise(jax, node, input, parameters, running, statistics);
        const sum = node.residual === undefined ? normed : normed.add(read(node.residual));
        values.push(rectified(sum, node.relu));
        break;
      }
      case 'pool':
        values.push(np.mean(input, [2, 3]));
        break;
      case 'linear': {
        const product = np.matmul(input, parameters[`${node.name}.weight`]!);
        values.push(rectified(product.add(parameters[`${node.name}.bias`]!), node.relu));
        break;
      }
    }
  });
  return { logits: values.at(-1)!, statistics };
}

/** How often each value is read. */
function usesOf(nodes: readonly Node[]): number[] {
  const uses = Array.from({ length: nodes.length + 1 }, () => 0);
  nodes.forEach((node, i) => {
    uses[sourceOf(node, i)]!++;
    if (node.kind === 'norm' && node.residual !== undefined) uses[node.residual]!++;
  });
  return uses;
}

/** Batch norm; puts the running statistics that follow from this batch into `statistics`. */
function normalise(
  { numpy: np, lax }: Library,
  { name, channels }: Extract<Node, { kind: 'norm' }>,
  x: NdArray,
  parameters: Tree,
  running: Tree,
  statistics: Tree,
): NdArray {
  const [rows, , height, width] = x.shape as [number, number, number, number];
  const entries = rows * height * width;
  const mean = np.mean(x.ref, [0, 2, 3], { keepdims: true });
  const centred = x.sub(mean.ref);
  const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
  const follow = (statistic: string, value: NdArray) => {
    const key = `${name}.${statistic}`;
    const kept = running[key]!.mul(1 - NORM_MOMENTUM);
    statistics[key] = kept.add(lax.stopGradient(value).mul(NORM_MOMENTUM));
  };
  follow('mean', mean);
  follow('variance', variance.ref.mul(entries / (entries - 1)));
  const scale = np.reciprocal(np.sqrt(variance.add(NORM_EPSILON)));
  const gamma = parameters[`${name}.weight`]!.reshape([1, channels, 1, 1]);
  const beta = parameters[`${name}.bias`]!.reshape([1, channels, 1, 1]);
  return centred.mul(scale.mul(gamma)).add(beta);
}

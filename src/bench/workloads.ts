/**
 * What is timed: four networks with their batch size, optimiser and reference losses. Each is there twice, as
 * a plain list that the other stacks build and as a network of ours; a test holds the two together.
 */
import { GraphBuilder, type Network } from '../nn/compile/graph.ts';
import { convolution } from '../nn/layers/convolution.ts';
import { linear } from '../nn/layers/linear.ts';
import { globalAveragePool } from '../nn/layers/pool.ts';
import { relu } from '../nn/layers/relu.ts';
import { buildModel } from '../nn/models/registry.ts';
import type { LayoutChoice } from '../nn/compile/weight-layout.ts';
import type { Architecture, Node } from './architecture.ts';
import type { Parity } from './parity.ts';
import { W1_LOSSES, W2_LOSSES, W3_LOSSES, W5_LOSSES } from './reference-losses.ts';

export const CLASSES = 10;

export interface Workload {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly batch: number;
  readonly rate: number;
  readonly momentum: number;
  readonly architecture: Architecture;
  /** Our network; `layoutFor` chooses how the weights of each layer are stored, dense if left out. */
  readonly build: (layoutFor?: LayoutChoice) => Network;
  readonly parity: Parity;
}

/**
 * Three convolutions without norms: 0.74 GFLOP a step. On noise the first layers move a loss little: one whose
 * conv1 stood still would be off by 3e-6, where right ones are off by 2e-7. So a row shows its error, besides passing.
 */
const w1: Workload = {
  name: 'w1',
  title: 'W1, three convolutions, batch 32',
  batch: 32,
  rate: 0.01,
  momentum: 0.9,
  architecture: {
    input: 'image',
    nodes: [
      convolutionNode('conv1', 3, 16, 1, true),
      convolutionNode('conv2', 16, 32, 2, true),
      convolutionNode('conv3', 32, 32, 1, true),
      { kind: 'pool', name: 'pool' },
      { kind: 'linear', name: 'classifier', inputs: 32, outputs: CLASSES, relu: false },
    ],
  },
  build: (layoutFor) => {
    const graph = new GraphBuilder(3, 32, 32, layoutFor);
    let x = relu(graph, 'relu1', convolution(graph, 'conv1', graph.input, 16, { role: 'stem' }));
    x = relu(graph, 'relu2', convolution(graph, 'conv2', x, 32, { stride: 2 }));
    x = relu(graph, 'relu3', convolution(graph, 'conv3', x, 32));
    const logits = linear(graph, 'classifier', globalAveragePool(graph, 'pool', x), CLASSES, {
      role: 'head',
    });
    return graph.finish('w1', logits);
  },
  parity: { losses: W1_LOSSES, steps: 20, tolerance: 1e-4 },
};

const W2_WIDTH = 16;

/** ResNet-18 with batch norm: 6.7 GFLOP a step. Its losses are held to three steps, as later ones are chaotic. */
const w2: Workload = {
  name: 'w2',
  title: 'W2, ResNet-18 of width 16 with batch norm, batch 32',
  batch: 32,
  rate: 0.01,
  momentum: 0,
  architecture: { input: 'image', nodes: resnet18(W2_WIDTH) },
  build: (layoutFor) => buildModel('resnet18', W2_WIDTH, CLASSES, layoutFor),
  parity: { losses: W2_LOSSES, steps: 3, tolerance: 1e-3 },
};

const W3_WIDTH = 64;

/** The net of the published tables: 107 GFLOP a step, for GPUs. */
const w3: Workload = {
  name: 'w3',
  title: 'W3, ResNet-18 of width 64 with batch norm, batch 32',
  batch: 32,
  rate: 0.01,
  momentum: 0,
  architecture: { input: 'image', nodes: resnet18(W3_WIDTH) },
  build: (layoutFor) => buildModel('resnet18', W3_WIDTH, CLASSES, layoutFor),
  parity: { losses: W3_LOSSES, steps: 3, tolerance: 1e-3 },
};

const W5_WIDTH = 64;

/** 3072-1024-1024-10: 1.2 GFLOP a step. */
const w5: Workload = {
  name: 'w5',
  title: 'W5, MLP 3072-1024-1024-10, batch 64',
  batch: 64,
  rate: 0.01,
  momentum: 0.9,
  architecture: {
    input: 'row',
    nodes: [
      { kind: 'linear', name: 'fc1', inputs: 3072, outputs: 16 * W5_WIDTH, relu: true },
      { kind: 'linear', name: 'fc2', inputs: 16 * W5_WIDTH, outputs: 16 * W5_WIDTH, relu: true },
      {
        kind: 'linear',
        name: 'classifier',
        inputs: 16 * W5_WIDTH,
        outputs: CLASSES,
        relu: false,
      },
    ],
  },
  build: (layoutFor) => buildModel('mlp', W5_WIDTH, CLASSES, layoutFor),
  parity: { losses: W5_LOSSES, steps: 20, tolerance: 1e-4 },
};

/** All workloads; a new one is an entry here, with its losses in `reference-losses.ts`. */
export const WORKLOADS: readonly Workload[] = [w1, w2, w3, w5];

/** Throws `RangeError` on a name that there is not. */
export function workloadOf(name: string): Workload {
  const found = WORKLOADS.find((workload) => workload.name === name);
  if (!found) {
    const names = WORKLOADS.map((workload) => workload.name).join(', ');
    throw new RangeError(`${name}: there is no such workload; there are ${names}`);
  }
  return found;
}

function convolutionNode(
  name: string,
  inputs: number,
  outputs: number,
  stride: 1 | 2,
  rectified: boolean,
  kernel: 1 | 3 = 3,
): Node {
  return { kind: 'convolution', name, inputs, outputs, kernel, stride, relu: rectified };
}

/** He et al. (2016) with a 3×3 stem of stride 1 and 1×1 shortcuts, two blocks a stage. */
function resnet18(width: number): Node[] {
  const nodes: Node[] = [
    convolutionNode('conv1', 3, width, 1, false),
    { kind: 'norm', name: 'bn1', channels: width, relu: true },
  ];
  let inputs = width;
  for (let stage = 0; stage < 4; stage++) {
    const channels = width * 2 ** stage;
    for (const block of [0, 1]) {
      const name = `layer${stage + 1}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const entering = nodes.length;
      let residual = entering;
      if (stride === 2) {
        nodes.push(convolutionNode(`${name}.shortcut.0`, inputs, channels, 2, false, 1));
        nodes.push({ kind: 'norm', name: `${name}.shortcut.1`, channels, relu: false });
        residual = nodes.length;
      }
      nodes.push({
        ...convolutionNode(`${name}.conv1`, inputs, channels, stride, false),
        from: entering,
      });
      nodes.push({ kind: 'norm', name: `${name}.bn1`, channels, relu: true });
      nodes.push(convolutionNode(`${name}.conv2`, channels, channels, 1, false));
      nodes.push({ kind: 'norm', name: `${name}.bn2`, channels, relu: true, residual });
      inputs = channels;
    }
  }
  nodes.push({ kind: 'pool', name: 'pool' });
  nodes.push({
    kind: 'linear',
    name: 'classifier',
    inputs,
    outputs: CLASSES,
    relu: false,
  });
  return nodes;
}

/**
 * Four convolutions for weak devices, w-2w-4w-4w channels with strides 2, 2, 1, 2, each with norm and ReLU,
 * then global pooling and a linear head: 2.17 MMAC an image at the default width of 16.
 */
import { convolution } from '../layers/convolution.ts';
import { linear } from '../layers/linear.ts';
import { norm } from '../layers/norm.ts';
import { globalAveragePool } from '../layers/pool.ts';
import type { BuildModel, ModelFacts } from './model.ts';

const STAGES = [
  { times: 1, stride: 2 },
  { times: 2, stride: 2 },
  { times: 4, stride: 1 },
  { times: 4, stride: 2 },
] as const;

export const pocket: ModelFacts = {
  title: 'Pocket network of four convolutions',
  words: 'pocket, 4 convolutions',
  kernel: 3,
  norms: true,
  planes: true,
};

export const buildPocket: BuildModel = (graph, { width, classes }) => {
  let x = graph.input;
  STAGES.forEach(({ times, stride }, i) => {
    // The head reads the last one, and its width is the number of features.
    const inner = i + 1 < STAGES.length;
    const role = i === 0 ? 'stem' : 'body';
    x = convolution(graph, `conv${i + 1}`, x, times * width, { role, stride, inner });
    x = norm(graph, `bn${i + 1}`, x, { relu: true });
  });
  return linear(graph, 'classifier', globalAveragePool(graph, 'pool', x), classes, {
    role: 'head',
  });
};

/** Two hidden layers of 16 × width units with ReLU: 3072-256-256-K at the default width of 16. */
import { linear } from '../layers/linear.ts';
import { relu } from '../layers/relu.ts';
import type { BuildModel, ModelFacts } from './model.ts';

export const mlp: ModelFacts = {
  title: 'Multilayer perceptron',
  words: 'perceptron, 2 hidden layers',
  kernel: 1,
  norms: false,
  planes: false,
};

export const buildMlp: BuildModel = (graph, { width, classes }) => {
  const hidden = 16 * width;
  let x = graph.flatten(graph.input);
  for (const i of [1, 2]) {
    x = linear(graph, `fc${i}`, x, hidden, { inner: true });
    x = relu(graph, `relu${i}`, x);
  }
  return linear(graph, 'classifier', x, classes, { role: 'head' });
};

/**
 * ResNet-18 as continual learning uses it (the CIFAR variant of mammoth and SparCL): 3×3 stem of stride 1,
 * no max-pooling, four stages of two basic blocks with w-2w-4w-8w channels, PyTorch's default
 * initialisation. At width 64: 555.42 MMAC an image, 11,173,962 parameters with ten classes.
 */
import { convolution } from '../layers/convolution.ts';
import { linear } from '../layers/linear.ts';
import { norm } from '../layers/norm.ts';
import { globalAveragePool } from '../layers/pool.ts';
import { basicBlock } from './basic-block.ts';
import type { BuildModel, ModelFacts } from './model.ts';

export const resnet18: ModelFacts = {
  title: 'ResNet-18 (He et al., 2016), as mammoth has it',
  words: 'ResNet-18',
  kernel: 3,
  norms: true,
  planes: true,
};

export const buildResnet18: BuildModel = (graph, { width, classes }) => {
  let x = convolution(graph, 'conv1', graph.input, width, { role: 'stem' });
  x = norm(graph, 'bn1', x, { relu: true });
  for (let stage = 0; stage < 4; stage++) {
    for (const block of [0, 1]) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      x = basicBlock(graph, `layer${stage + 1}.${block}`, x, width * 2 ** stage, stride);
    }
  }
  return linear(graph, 'classifier', globalAveragePool(graph, 'pool', x), classes, {
    role: 'head',
  });
};

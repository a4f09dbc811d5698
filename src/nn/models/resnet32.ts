/**
 * ResNet-32 as MEST and GraSP use it for CIFAR: three stages of five basic blocks with w-2w-4w channels
 * (32/64/128 there), 1×1 convolutions with norm as shortcuts, He initialisation in fan-out mode.
 */
import { kaimingFanOut } from '../tensor/init.ts';
import { convolution } from '../layers/convolution.ts';
import { linear } from '../layers/linear.ts';
import { norm } from '../layers/norm.ts';
import { globalAveragePool } from '../layers/pool.ts';
import { basicBlock, type ConvolutionInit } from './basic-block.ts';
import type { BuildModel, ModelFacts } from './model.ts';

const BLOCKS = 5;
const init: ConvolutionInit = (channels, kernel) => kaimingFanOut(channels * kernel * kernel);

export const resnet32: ModelFacts = {
  title: 'ResNet-32 (He et al., 2016), as MEST has it',
  words: 'ResNet-32',
  kernel: 3,
  norms: true,
  planes: true,
};

export const buildResnet32: BuildModel = (graph, { width, classes }) => {
  let x = convolution(graph, 'conv1', graph.input, width, { role: 'stem', init: init(width, 3) });
  x = norm(graph, 'bn1', x, { relu: true });
  for (let stage = 0; stage < 3; stage++) {
    for (let block = 0; block < BLOCKS; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      x = basicBlock(graph, `layer${stage + 1}.${block}`, x, width * 2 ** stage, stride, init);
    }
  }
  return linear(graph, 'classifier', globalAveragePool(graph, 'pool', x), classes, {
    role: 'head',
  });
};

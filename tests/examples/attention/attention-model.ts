/**
 * A model of tokens: 8 × 8 patches, a linear embedding with a table of positions, one block of attention beside a
 * residual, and the mean over the tokens before the head. 16 tokens of 4 · width channels in 4 heads.
 */
import { add } from '../../../src/nn/layers/add.ts';
import { linear } from '../../../src/nn/layers/linear.ts';
import { globalAveragePool } from '../../../src/nn/layers/pool.ts';
import type { BuildModel, ModelFacts } from '../../../src/nn/models/model.ts';
import { attention } from './attention.ts';
import { patchify } from './patchify.ts';
import { positionTable } from './position-table.ts';

const PATCH = 8;
const HEADS = 4;

export const attentionModel: ModelFacts = {
  title: 'One block of attention between patches (example)',
  words: 'attention, 1 block',
  kernel: 1,
  norms: false,
  planes: true,
};

export const buildAttention: BuildModel = (graph, { width, classes }) => {
  const channels = 4 * width;
  const patches = patchify(graph, 'patches', graph.input, PATCH);
  const embedded = linear(graph, 'embed', patches, channels, { role: 'embedding' });
  const tokens = positionTable(graph, 'position', embedded);
  const qkv = linear(graph, 'qkv', tokens, 3 * channels);
  const mixed = attention(graph, 'attention', qkv, HEADS);
  const projected = linear(graph, 'proj', mixed, channels);
  const sum = add(graph, 'residual', tokens, projected);
  return linear(graph, 'head', globalAveragePool(graph, 'mean', sum), classes, { role: 'head' });
};

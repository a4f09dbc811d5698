/**
 * All models by name: what each says of itself, and how it is built. A new one is its file and a line in either list.
 * They are apart so that the page, which shows what there is and builds nothing, does not fetch any layers.
 */
import type { LayoutChoice } from '../compile/weight-layout.ts';
import type { ChannelChoice } from '../tensor/channel-subset.ts';
import { GraphBuilder, type Network } from '../compile/graph.ts';
import { buildMlp, mlp } from './mlp.ts';
import { IMAGE_CHANNELS, type BuildModel, type ModelFacts } from './model.ts';
import { buildPocket, pocket } from './pocket.ts';
import { buildResnet18, resnet18 } from './resnet18.ts';
import { buildResnet32, resnet32 } from './resnet32.ts';

export const MODELS = { mlp, pocket, resnet18, resnet32 } as const satisfies Record<
  string,
  ModelFacts
>;

export type ModelName = keyof typeof MODELS;

export const BUILDERS: Readonly<Record<ModelName, BuildModel>> = {
  mlp: buildMlp,
  pocket: buildPocket,
  resnet18: buildResnet18,
  resnet32: buildResnet32,
};

const IMAGE_SIZE = 32;

/**
 * Builds a model for a head of `classes`. `layoutFor` says how each layer's weights are stored, all dense
 * if left out; `channelsFor` which channels of its inner tensors exist, all if left out.
 */
export function buildModel(
  name: ModelName,
  width: number,
  classes: number,
  layoutFor?: LayoutChoice,
  channelsFor?: ChannelChoice,
): Network {
  const graph = new GraphBuilder(IMAGE_CHANNELS, IMAGE_SIZE, IMAGE_SIZE, layoutFor, channelsFor);
  const logits = BUILDERS[name](graph, { width, classes });
  return graph.finish(name, logits);
}

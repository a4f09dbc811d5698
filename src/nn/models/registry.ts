/** All models by name. A new one is a file and a line. */
import { IMAGE_CHANNELS, type Model } from './model.ts';
import { mlp } from './mlp.ts';
import { pocket } from './pocket.ts';
import { resnet18 } from './resnet18.ts';
import { resnet32 } from './resnet32.ts';
import type { ChannelChoice } from '../tensor/channel-subset.ts';
import type { LayoutChoice } from '../compile/weight-layout.ts';
import { GraphBuilder, type Network } from '../compile/graph.ts';

export const MODELS = { mlp, pocket, resnet18, resnet32 } as const satisfies Record<string, Model>;
export type ModelName = keyof typeof MODELS;

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
  const logits = MODELS[name](graph, { width, classes });
  return graph.finish(name, logits);
}

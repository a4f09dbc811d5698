/** All models by name. A new one is a file and a line. */
import { IMAGE_CHANNELS, type Model } from './model.ts';
import { mlp } from './mlp.ts';
import { pocket } from './pocket.ts';
import { resnet18 } from './resnet18.ts';
import { resnet32 } from './resnet32.ts';
import { GraphBuilder, type Network } from '../graph.ts';

export const MODELS = { mlp, pocket, resnet18, resnet32 } as const satisfies Record<string, Model>;
export type ModelName = keyof typeof MODELS;

/** Builds a model for images of `size` × `size` pixels and a head of `classes`. */
export function buildModel(name: ModelName, width: number, classes: number, size = 32): Network {
  const graph = new GraphBuilder(IMAGE_CHANNELS, size, size);
  const logits = MODELS[name](graph, { width, classes });
  return graph.finish(name, logits);
}

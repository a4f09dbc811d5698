/** What layers pass on to one another: the shape and identity of an activation, without its numbers. */
import type { ChannelSubset } from './channel-subset.ts';

/** The activation of one layer: [channels][height][width][N], the batch innermost. */
export interface Tensor {
  readonly name: string;
  /** Channels that exist. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Whether the storage holds planes of more than one pixel; a flattened view keeps what it views. */
  readonly planes: boolean;
  /** Tensors with the same storage are views of one another. */
  readonly storage: symbol;
  /** Whether something that moves lies before it; not before the images, their views and what frozen layers make of them. */
  readonly needsGradient: boolean;
  /** Which of the channels that the model writes down exist; null: all. */
  readonly subset: ChannelSubset | null;
}

/** Makes a tensor with storage of its own, all of whose channels exist. */
export function tensor(
  name: string,
  channels: number,
  height: number,
  width: number,
  needsGradient = true,
): Tensor {
  const planes = height * width > 1;
  const storage = Symbol(name);
  return { name, channels, height, width, planes, storage, needsGradient, subset: null };
}

/** Channels that the model writes down. */
export const wholeChannels = ({ channels, subset }: Tensor): number => subset?.of ?? channels;

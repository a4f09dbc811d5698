/** What layers take and make: the shape and identity of an activation, without its numbers. */
import type { ChannelSubset } from './channel-subset.ts';

/** The activation of one layer: [channels][height][width][N], the batch innermost. */
export interface Tensor {
  readonly name: string;
  /** Channels that exist. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Whether the storage holds planes of more than one pixel. A flattened view has what the tensor that it views has. */
  readonly planes: boolean;
  /** Tensors with the same storage are views of one another. */
  readonly storage: symbol;
  /**
   * Whether it is computed from a parameter that moves. The images are not, nor their views, nor what frozen layers
   * compute from them.
   */
  readonly needsGradient: boolean;
  /** Which of the channels of the whole network exist; null: all. */
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

/** Channels of the whole network. */
export const wholeChannels = ({ channels, subset }: Tensor): number => subset?.of ?? channels;

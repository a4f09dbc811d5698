/**
 * Which channels of a tensor exist. A network that leaves out whole filters is a narrower dense network:
 * the tensor, the weights on both sides of it and its norm store numbers for live channels alone. Names and
 * shapes of parameters stay those of the whole network in PyTorch. A list gives the index there of each live
 * channel; every parameter of such a tensor has that list, behind the lists of its layout (`over-subsets.ts`).
 */

/** The channels that exist of one tensor. */
export interface ChannelSubset {
  /** The layer that computes the channels; no two subsets of a network are called the same. */
  readonly name: string;
  /** Channels of the whole network. */
  readonly of: number;
  /** Channels that exist. */
  readonly live: number;
  /** Before training: [live] canonical indices, all different. */
  initial(seed: number): Uint32Array<ArrayBuffer>;
}

/** Chooses which channels of an inner tensor exist, by the layer that computes them; null: all. */
export type ChannelChoice = (name: string, channels: number) => ChannelSubset | null;

/** Where the channels of a subset are in a parameter's lists: words `at` to `at + subset.live`. */
export interface SubsetPlace {
  readonly subset: ChannelSubset;
  readonly at: number;
  /** Whether the parameter makes these channels, along its first dimension, or reads them, along its second. */
  readonly along: 'rows' | 'columns';
}

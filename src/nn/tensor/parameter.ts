/** A named trainable tensor, and the running statistics of a norm, as layers declare them. */
import type { SubsetPlace } from './channel-subset.ts';
import type { InitRule } from './init.ts';
import type { ParameterRole } from './roles.ts';

/** A trainable tensor. */
export interface Parameter {
  /** As in PyTorch's `named_parameters()`: `layer1.0.conv1.weight`. */
  readonly name: string;
  readonly role: ParameterRole;
  /** PyTorch's shape: [Co, Ci, kh, kw], [Co, Ci] or [C]. */
  readonly shape: readonly number[];
  readonly init: InitRule;
  /** Floats in the arena, a multiple of 4. */
  readonly storage: number;
  /** What a sparse parameter's kernels find its live entries by; null for a dense one. */
  readonly lists: IndexLists | null;
  /** The lists of channels among them, where the parameter belongs to tensors without some of theirs. */
  readonly subsets: readonly SubsetPlace[];
  /** From PyTorch's order to the arena's; padding is 0. A sparse parameter needs its present lists. */
  pack(values: Float32Array, lists?: Uint32Array): Float32Array<ArrayBuffer>;
  /** Back again; entries that are not live are 0. */
  unpack(stored: Float32Array, lists?: Uint32Array): Float32Array<ArrayBuffer>;
}

/** The index lists of a sparse parameter, a range of 32-bit words in the network's index arena. */
export interface IndexLists {
  readonly words: number;
  /** The lists before training. */
  initial(seed: number): Uint32Array<ArrayBuffer>;
  /** Whether each float of the storage is a live weight: a bit each, 32 a word. */
  live(lists: Uint32Array): Uint32Array<ArrayBuffer>;
}

/** Running mean and variance of one norm. */
export interface RunningStatistics {
  readonly name: string;
  /** Channels that exist. */
  readonly channels: number;
  /** The norm's scale: its channels are these, and so are its lists where some are left out. */
  readonly scale: Parameter;
}

/** A parameter of one dimension: biases, norm scales and shifts. */
export function vectorParameter(name: string, length: number, init: InitRule): Parameter {
  const storage = Math.ceil(length / 4) * 4;
  return {
    name,
    role: 'vector',
    shape: [length],
    init,
    storage,
    lists: null,
    subsets: [],
    pack: (values) => {
      const stored = new Float32Array(storage);
      stored.set(values);
      return stored;
    },
    unpack: (stored) => stored.slice(0, length),
  };
}

/** A bit for each of these floats that is not 0, 32 a word. */
export function liveBits(stored: Float32Array): Uint32Array<ArrayBuffer> {
  const bits = new Uint32Array(Math.ceil(stored.length / 32));
  stored.forEach((value, i) => {
    if (value !== 0) bits[i >> 5]! |= 1 << (i & 31);
  });
  return bits;
}

/** How the passes of a norm over its planes are cut into invocations. */
import type { Emitter } from '../compile/emitter.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Invocations that a pass over a tensor is cut into, about: few, so that what an invocation looks up once
 * is shared by many pixels and the partial sums stay short; enough to fill a GPU from small planes too.
 */
const WANTED_INVOCATIONS = { gpu: 4096, software: 512 };
/**
 * vec4s of the batch that an invocation reads and writes at once. On software adapters an access costs more than
 * the bytes that it brings (on SwiftShader norms take a third less with two at once, and four are no better); on
 * GPUs neighbouring lanes want neighbouring vec4s.
 */
const WIDE = { gpu: 1, software: 2 };
/** Pixels of an invocation: at least so many where it adds up, at most so many where it writes. */
const SHORTEST_SUM = 8;
const LONGEST_RUN = { gpu: 32, software: 128 };

export interface NormCut {
  /** Batch vectors and pixels of an invocation. */
  readonly wide: number;
  readonly run: number;
  /** Invocations that share a column: all pixels of a channel at the same batch vectors. */
  readonly splits: number;
  readonly invocations: number;
}

/** The cut of a pass that adds up over the planes of `x`, or of one that writes planes of its shape. */
export function cutNorm(emit: Emitter, x: Tensor, use: 'sum' | 'write'): NormCut {
  const { batch4, groups, store } = emit;
  const pixels = x.height * x.width;
  const device = store.gpu.adapter.software ? 'software' : 'gpu';
  const shortest = use === 'sum' ? SHORTEST_SUM : 1;
  const longest = use === 'sum' ? pixels : LONGEST_RUN[device];
  // A lane's vectors belong to one group.
  const starts = [batch4, ...groups.map(({ start }) => start / 4)];
  const wide = starts.every((start) => start % WIDE[device] === 0) ? WIDE[device] : 1;
  const wanted = Math.ceil(emit.vectors(x) / wide / WANTED_INVOCATIONS[device]);
  const run = Math.min(Math.max(wanted, shortest), longest, pixels);
  const splits = Math.ceil(pixels / run);
  return { wide, run, splits, invocations: (x.channels * splits * batch4) / wide };
}

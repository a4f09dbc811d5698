/**
 * How many bits of a bitmap are set before each of its words: the prefix sums by which a selection finds
 * the place of each entry without atomics. Three levels of runs of 128, a dispatch each, serve any bitmap.
 */
import './shaders.ts';
import type { Virtual } from '../../nn/compile/activation-pool.ts';
import type { Emitter } from '../../nn/compile/emitter.ts';

/** Numbers that one invocation adds up; `RUN` of the shaders. */
const RUN = 128;
const LEVELS = 3;

/** What kernels with the prelude `ranks` need. */
export interface BitRanks {
  /** Bound as `ranks`. */
  readonly ranks: Virtual;
  readonly parameters: { readonly rank_runs: number; readonly rank_tops: number };
}

/**
 * Emits the count for a bitmap of `words` 32-bit words; the rank behind the last word is there too. Throws
 * `RangeError` beyond 128³ − 1 words.
 */
export function emitRanks(
  emit: Emitter,
  label: string,
  bitmap: Virtual | GPUBuffer,
  words: number,
): BitRanks {
  const lengths = [words + 1];
  while (lengths.length <= LEVELS) lengths.push(Math.ceil(lengths.at(-1)! / RUN));
  const starts = lengths.map((_, level) =>
    lengths.slice(0, level).reduce((sum, length) => sum + length, 0),
  );
  if (lengths[LEVELS] !== 1) throw new RangeError(`${label}: ${words} words are too many to count`);
  const ranks = emit.scratch(`${label} ranks`, (starts[LEVELS]! + 1) * 4);
  for (let level = 0; level < LEVELS; level++) {
    const buffers: Record<string, Virtual | GPUBuffer> =
      level === 0 ? { bitmap, ranks } : { ranks };
    emit.dispatch({
      label: `${label} ranks ${level}`,
      kind: 'select',
      kernel: 'bit_ranks',
      defines: { BITS: level === 0 ? 1 : 0 },
      parameters: { length: lengths[level]!, at: starts[level]!, next_at: starts[level + 1]! },
      buffers,
      invocations: lengths[level + 1]!,
    });
  }
  return { ranks, parameters: { rank_runs: starts[1]!, rank_tops: starts[2]! } };
}

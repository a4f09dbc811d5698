/** The mask that training starts from: so many blocks of a layer, all subsets alike. */
import { hashU32 } from '../gpu/rng.ts';
import { fnv1a } from '../nn/init.ts';

/**
 * `live` of `blocks` block indices, ascending, by the counter RNG keyed with the parameter's name: those
 * with the smallest hashes.
 */
export function randomBlocks(
  name: string,
  seed: number,
  blocks: number,
  live: number,
): Uint32Array<ArrayBuffer> {
  const stream = fnv1a(`${name} mask`);
  const keys = Uint32Array.from({ length: blocks }, (_, block) => hashU32(seed, stream, block));
  const order = Uint32Array.from({ length: blocks }, (_, block) => block);
  return order
    .sort((a, b) => keys[a]! - keys[b]! || a - b)
    .slice(0, live)
    .sort();
}

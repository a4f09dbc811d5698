/** The mask that training starts from: so many blocks of a layer, all subsets alike. */
import { hashU32 } from '../../gpu/rng.ts';
import { fnv1a } from '../../nn/tensor/init.ts';

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
  // The largest key that is still among them, by a native sort: a layer may have millions.
  const last = keys.toSorted()[live - 1]!;
  const below = keys.reduce((count, key) => count + (key < last ? 1 : 0), 0);
  let ties = live - below;
  const chosen: number[] = [];
  for (let block = 0; block < blocks; block++) {
    const key = keys[block]!;
    if (key < last || (key === last && ties-- > 0)) chosen.push(block);
  }
  return Uint32Array.from(chosen);
}

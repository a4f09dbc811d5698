/** The mask that training starts from: so many units of a layer, all subsets alike likely. */
import { hashU32 } from '../../gpu/rng.ts';
import { fnv1a } from '../../nn/tensor/init.ts';

/**
 * `live` of `count` units, ascending, by the counter RNG keyed with the parameter's name: those with the smallest
 * hashes.
 */
export function randomUnits(
  name: string,
  seed: number,
  count: number,
  live: number,
): Uint32Array<ArrayBuffer> {
  const stream = fnv1a(`${name} mask`);
  const keys = Uint32Array.from({ length: count }, (_, unit) => hashU32(seed, stream, unit));
  // The largest key that is chosen. A native sort finds it fast: a layer may have millions of units.
  const last = keys.toSorted()[live - 1]!;
  const below = keys.reduce((sum, key) => sum + (key < last ? 1 : 0), 0);
  let ties = live - below;
  const chosen: number[] = [];
  for (let unit = 0; unit < count; unit++) {
    const key = keys[unit]!;
    if (key < last || (key === last && ties-- > 0)) chosen.push(unit);
  }
  return Uint32Array.from(chosen);
}

/**
 * The decision of a change of mask: from which units live, how they score and how many are wanted, to which
 * go and which come. Pure, and the same for every layout and dynamic; random draws are keyed by the seed, the
 * layer and the change, so a change depends on nothing that was drawn before.
 */
import { hashU32 } from '../../gpu/rng.ts';
import { fnv1a } from '../../nn/tensor/init.ts';
import type { MaskUnits } from './mask-units.ts';

export interface ChangeTargets {
  /** Units to drop to, then to grow to; null: no such step. */
  readonly dropTo: number | null;
  readonly growTo: number | null;
}

/** How many go and how many come. */
export interface ChangeCounts {
  readonly drops: number;
  readonly grows: number;
}

/** Scores of growth, the largest first, or a key by which all subsets of the dead are alike likely. */
export type GrowthChoice =
  { readonly scores: Float32Array<ArrayBuffer> } | { readonly seed: number; readonly key: string };

/** Units that go and that come, ascending; one that goes may come at once. */
export interface UnitChange {
  readonly dropped: Uint32Array<ArrayBuffer>;
  readonly grown: Uint32Array<ArrayBuffer>;
}

/** The counts of a change from `live` of `units` units. A layer with one live unit is left alone. */
export function changeCounts(live: number, { dropTo, growTo }: ChangeTargets): ChangeCounts {
  if (live <= 1) return { drops: 0, grows: 0 };
  const kept = Math.min(live, dropTo ?? live);
  return { drops: live - kept, grows: Math.max(0, (growTo ?? kept) - kept) };
}

/**
 * Drops the units of least score, of equals those of highest index. Where units have groups, each group keeps
 * ⌊kept / groups⌋ of its best, and what is over goes to the best of the rest, one more a group before any gets
 * two. Then grows dead units, just-dropped ones included. `scores` may be null where nothing goes.
 */
export function decideChange(
  units: Pick<MaskUnits, 'name' | 'groups' | 'groupOf'>,
  live: Uint8Array,
  { drops, grows }: ChangeCounts,
  scores: Float32Array<ArrayBuffer> | null,
  growth: GrowthChoice,
): UnitChange {
  const stays = live.slice();
  if (drops > 0) {
    if (!scores) throw new Error(`${units.name}: units cannot go without scores`);
    const kept = live.reduce((sum, one) => sum + one, -drops);
    const best =
      units.groups > 1 ? balanced(units, live, scores, kept) : largest(live, scores, kept);
    stays.fill(0);
    for (const unit of best) stays[unit] = 1;
  }
  const dead = stays.map((one) => 1 - one);
  const ranks =
    'scores' in growth ? growth.scores : keys(units.name, growth.seed, growth.key, live.length);
  return {
    dropped: unitsWhere(live, (unit) => live[unit] === 1 && stays[unit] === 0),
    grown: grows > 0 ? largest(dead, ranks, grows) : new Uint32Array(0),
  };
}

/** The units that are set, ascending. */
export function liveUnits(live: Uint8Array): Uint32Array<ArrayBuffer> {
  return unitsWhere(live, (unit) => live[unit] === 1);
}

/** The best units of a layer before training, all of them candidates. */
export function bestUnits(
  units: Pick<MaskUnits, 'count' | 'groups' | 'groupOf'>,
  scores: Float32Array<ArrayBuffer>,
  kept: number,
): Uint32Array<ArrayBuffer> {
  const all = new Uint8Array(units.count).fill(1);
  return units.groups > 1 ? balanced(units, all, scores, kept) : largest(all, scores, kept);
}

/** The `count` candidates of largest value, ascending; of equals those of lowest index. No value is negative. */
function largest(
  candidates: Uint8Array,
  values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
  count: number,
): Uint32Array<ArrayBuffer> {
  // Floats that are not negative are in the order of their bits.
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const { least, above } = leastOfLargest(candidates, bits, count);
  let ties = count - above;
  return unitsWhere(candidates, (unit) => {
    if (candidates[unit] !== 1) return false;
    const value = bits[unit]!;
    return value > least || (value === least && ties-- > 0);
  });
}

/**
 * The least of the `count` largest candidates, and how many are larger: by counting the upper halves of the words,
 * then the lower ones, since a layer may have millions and need not be sorted for that.
 */
function leastOfLargest(
  candidates: Uint8Array,
  words: Uint32Array,
  count: number,
): { least: number; above: number } {
  const bins = new Uint32Array(1 << 16);
  /** The bin in which the last of the wanted ones is; what lies above it is taken off `left`. */
  let left = count;
  const binOfLast = (): number => {
    let bin = bins.length - 1;
    while (bin > 0 && bins[bin]! < left) left -= bins[bin--]!;
    if (bins[bin]! < left) throw new RangeError(`${left} more units are wanted than there are`);
    return bin;
  };
  if (count === 0) return { least: 0xffffffff, above: 0 };
  for (let i = 0; i < words.length; i++) if (candidates[i] === 1) bins[words[i]! >>> 16]!++;
  const upper = binOfLast();
  bins.fill(0);
  for (let i = 0; i < words.length; i++) {
    if (candidates[i] === 1 && words[i]! >>> 16 === upper) bins[words[i]! & 0xffff]!++;
  }
  const lower = binOfLast();
  return { least: ((upper << 16) | lower) >>> 0, above: count - left };
}

/** The `kept` best of the candidates with the groups in balance, ascending. */
function balanced(
  { groups, groupOf }: Pick<MaskUnits, 'groups' | 'groupOf'>,
  candidates: Uint8Array,
  scores: Float32Array,
  kept: number,
): Uint32Array<ArrayBuffer> {
  const quota = Math.floor(kept / groups);
  const seen = new Uint32Array(groups);
  /** Units by how far they are over their group's quota, each list from the best on. */
  const tiers: number[][] = [];
  const order = liveUnits(candidates).sort((a, b) => scores[b]! - scores[a]! || a - b);
  for (const unit of order) {
    const rank = seen[groupOf(unit)]!++;
    (tiers[Math.max(0, rank + 1 - quota)] ??= []).push(unit);
  }
  return Uint32Array.from(tiers.flat().slice(0, kept)).sort();
}

function keys(name: string, seed: number, key: string, count: number): Uint32Array<ArrayBuffer> {
  const stream = fnv1a(`${name} ${key}`);
  const drawn = new Uint32Array(count);
  for (let unit = 0; unit < count; unit++) drawn[unit] = hashU32(seed, stream, unit);
  return drawn;
}

function unitsWhere(of: Uint8Array, wanted: (unit: number) => boolean): Uint32Array<ArrayBuffer> {
  const units: number[] = [];
  for (let unit = 0; unit < of.length; unit++) if (wanted(unit)) units.push(unit);
  return Uint32Array.from(units);
}

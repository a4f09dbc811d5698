/**
 * The plain reference of the mask dynamics, from the papers and their releases rather than from the product:
 * schedules are walked epoch by epoch, as the releases do, and units are dealt and sorted as objects, one at a
 * time. Only the random numbers are the project's own.
 */
import { hashU32 } from '../../../src/gpu/rng.ts';
import { fnv1a } from '../../../src/nn/tensor/init.ts';

/** What a run is made of, with times in epochs. */
export interface PlainRun {
  /** Epochs of a task. */
  readonly epochs: number;
  /** Epochs between two changes. */
  readonly every: number;
  /** Epoch from which on the mask rests. */
  readonly freeze: number;
  /** Live share at rest, p, and share of all weights that a change moves, m. */
  readonly p: number;
  readonly m: number;
}

export interface PlainChange {
  readonly epoch: number;
  readonly dropTo: number | null;
  readonly growTo: number | null;
}

/** The changes of task `task` (from 0), in epochs. */
export function plainSchedule(name: string, run: PlainRun, task: number): PlainChange[] {
  const { epochs, every, freeze, p, m } = run;
  const changes: PlainChange[] = [];
  const at = (epoch: number, dropTo: number | null, growTo: number | null) =>
    changes.push({ epoch, dropTo, growTo });
  for (let epoch = 0; epoch < epochs; epoch++) {
    const turn = epoch % every === 0;
    const open = turn && epoch < freeze;
    switch (name) {
      case 'static':
      case 'snip':
        break;
      case 'set':
        if (open && epoch > 0) at(epoch, p - m, p);
        break;
      case 'rigl':
        if (open && epoch > 0) {
          at(epoch, p - m * Math.cos((Math.PI * epoch) / freeze / 2) ** 2, p);
        }
        break;
      case 'gmp':
        if (task === 0 && turn && epoch > 0 && epoch <= freeze) {
          const left = (freeze - epoch) / freeze;
          at(epoch, p + (1 - p) * left * left * left, null);
        }
        break;
      case 'em':
        if (open) at(epoch, 4 * epoch < 3 * freeze ? p - m : p - m / 2, p);
        break;
      case 'ems':
        if (open) at(epoch, epoch === 0 ? null : p, 4 * epoch < 3 * freeze ? p + m : p + m / 2);
        else if (epoch === freeze) at(epoch, p, null);
        break;
      case 'sparcl':
      case 'sparcl-release':
        if (epoch === 0) {
          if (task > 0 || name === 'sparcl-release') at(epoch, null, p + m);
        } else if (open) at(epoch, p - m, p);
        break;
      default:
        throw new Error(`no reference of ${name}`);
    }
  }
  return changes;
}

export interface PlainUnits {
  readonly name: string;
  readonly live: ReadonlySet<number>;
  readonly count: number;
  /** Filter of a unit where filters are to keep as many as one another. */
  readonly filterOf?: (unit: number) => number;
}

/** Which go and which come, ascending. `score` of dropping; `rank` of growing, largest first. */
export function plainDecision(
  units: PlainUnits,
  { dropTo, growTo }: { readonly dropTo: number | null; readonly growTo: number | null },
  score: (unit: number) => number,
  rank: (unit: number) => number,
): { dropped: number[]; grown: number[] } {
  const live = [...units.live].sort((a, b) => a - b);
  if (live.length === 1) return { dropped: [], grown: [] };
  const kept =
    dropTo === null || dropTo >= live.length
      ? live
      : bestUnits(live, dropTo, score, units.filterOf);
  const dropped = live.filter((unit) => !kept.includes(unit));
  const missing = growTo === null ? 0 : Math.max(0, growTo - kept.length);
  const dead = Array.from({ length: units.count }, (_, unit) => unit).filter(
    (unit) => !kept.includes(unit),
  );
  const grown = dead.sort((a, b) => rank(b) - rank(a) || a - b).slice(0, missing);
  return { dropped, grown: grown.sort((a, b) => a - b) };
}

/**
 * The `count` best of some units, ascending. With filters, each deals its best one in every round; all dealt in a
 * round stay as long as there is room for all, and of the last round the best.
 */
export function bestUnits(
  units: readonly number[],
  count: number,
  score: (unit: number) => number,
  filterOf?: (unit: number) => number,
): number[] {
  const better = (a: number, b: number) => score(b) - score(a) || a - b;
  const hands = new Map<number, number[]>();
  for (const unit of [...units].sort(better)) {
    // Without filters every unit is a hand of its own, and there is one round.
    const filter = filterOf ? filterOf(unit) : unit;
    hands.set(filter, [...(hands.get(filter) ?? []), unit]);
  }
  const kept: number[] = [];
  while (kept.length < count) {
    const dealt = [...hands.values()].flatMap((hand) => hand.splice(0, 1));
    if (dealt.length === 0) throw new Error(`${count} of ${units.length} units`);
    kept.push(...dealt.sort(better).slice(0, count - kept.length));
  }
  return kept.sort((a, b) => a - b);
}

/** The random order of growth: by the hash of (seed, layer and change, unit). */
export const plainRandomRank =
  (name: string, seed: number, task: number, change: number) =>
  (unit: number): number =>
    hashU32(seed, fnv1a(`${name} change ${task} ${change}`), unit);

/** Densities by ERK for layers [out, in, k], found by bisection on the one factor. */
export function plainErk(
  layers: readonly (readonly [out: number, inp: number, k: number])[],
  density: number,
  most: number,
): number[] {
  const of = (factor: number) =>
    layers.map(([o, i, k]) => Math.min(most, (factor * (o + i + k + k)) / (o * i * k * k)));
  const weights = layers.map(([o, i, k]) => o * i * k * k);
  const wanted = density * weights.reduce((a, b) => a + b, 0);
  let [low, high] = [0, 1e9];
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    const held = of(middle).reduce((sum, share, i) => sum + share * weights[i]!, 0);
    if (held < wanted) low = middle;
    else high = middle;
  }
  return of(low);
}

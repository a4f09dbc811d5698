/**
 * What the training steps of a run have executed up to a moment, added up from the ledger's entries: each holds from
 * its step on until the next one, since a step's work changes only where the mask does.
 */
import type { LedgerEntry } from '../../../lab/recording/recording.ts';

/** Floating-point operations, two a multiply-accumulate: ours, and those of the same steps on a dense network. */
export interface Flops {
  readonly ours: number;
  readonly dense: number;
}

/** The same work by two conventions. */
export interface Counted {
  /** Every pass of every row. */
  readonly every: Flops;
  /** As published tables count: replayed rows pay their forward pass alone. */
  readonly published: Flops;
}

export interface Totals extends Counted {
  /** Steps that the sums are of: those from the first entry on. */
  readonly steps: number;
}

export const FLOPS_PER_MAC = 2;

/** Of one step, or of whatever a ledger adds up. */
export function flopsOf({
  all,
  published,
}: Pick<LedgerEntry['step'], 'all' | 'published'>): Counted {
  return { every: flops(all), published: flops(published) };
}

/** Multiply-accumulates as floating-point operations. */
export function flops({ macs, denseMacs }: { macs: number; denseMacs: number }): Flops {
  return { ours: FLOPS_PER_MAC * macs, dense: FLOPS_PER_MAC * denseMacs };
}

/**
 * Sums over the first `at` steps. `ledger` is in order of steps; of several entries at one step the last holds.
 * Steps before the first entry are not known and not counted.
 */
export function totalsAt(ledger: readonly LedgerEntry[], at: number): Totals {
  let steps = 0;
  const every = { ours: 0, dense: 0 };
  const published = { ours: 0, dense: 0 };
  for (const [i, entry] of ledger.entries()) {
    if (entry.at >= at) break;
    const span = Math.min(at, ledger[i + 1]?.at ?? at) - entry.at;
    const step = flopsOf(entry.step);
    steps += span;
    every.ours += span * step.every.ours;
    every.dense += span * step.every.dense;
    published.ours += span * step.published.ours;
    published.dense += span * step.published.dense;
  }
  return { steps, every, published };
}

/** How many times fewer operations than dense; NaN where nothing was done. */
export function saving({ ours, dense }: Flops): number {
  return ours > 0 ? dense / ours : Number.NaN;
}

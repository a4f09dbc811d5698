/**
 * The multiply-accumulates that plans have executed under a mask that changes. A plan counts those of the units that
 * lived when it was listed; its later runs make more or fewer. Between two changes of the mask the number is constant,
 * so each change closes a period, and a ledger gets the mean over the runs of all periods. Bytes do not change: they are
 * those of the storage, which has room for all units that may live.
 */
import type { PlanEntry } from '../../gpu/plan.ts';
import type { PlanRuns } from './plan-runs.ts';

/** Units that live, by layer; in a layer that is not named, as many as when the plans were listed. */
export type LiveUnits = ReadonlyMap<string, number>;

/** Of one plan: how often it has run, and the multiply-accumulates of each dispatch over all those runs. */
interface Executed {
  readonly runs: number;
  readonly macs: Float64Array<ArrayBuffer>;
}

export class ExecutedWork {
  readonly #closed = new Map<PlanRuns['entries'], Executed>();
  #live: LiveUnits = new Map();

  /** The mask has changed: `work` is all that ran before, and from here on `live` units live. */
  close(work: readonly PlanRuns[], live: LiveUnits): void {
    for (const plan of work) this.#closed.set(plan.entries, this.#executed(plan));
    this.#live = live;
  }

  /** All that has run, each dispatch with what it made on the average of its runs. */
  mean(work: readonly PlanRuns[]): readonly PlanRuns[] {
    if (this.#closed.size === 0) return work;
    return work.map((plan) => {
      const { runs, macs } = this.#executed(plan);
      if (runs === 0) return plan;
      return { ...plan, entries: plan.entries.map((entry, i) => made(entry, macs[i]! / runs)) };
    });
  }

  /** What a run of these dispatches makes now. */
  now(entries: PlanRuns['entries']): PlanRuns['entries'] {
    return this.#live.size === 0
      ? entries
      : entries.map((entry) => made(entry, macsAt(entry, this.#live)));
  }

  #executed({ entries, runs }: PlanRuns): Executed {
    const before = this.#closed.get(entries);
    const since = runs - (before?.runs ?? 0);
    const macs = Float64Array.from(
      entries,
      (entry, i) => (before?.macs[i] ?? 0) + since * macsAt(entry, this.#live),
    );
    return { runs, macs };
  }
}

function macsAt({ macs, mask }: PlanEntry, live: LiveUnits): number {
  if (!mask) return macs;
  return (macs * Math.min(live.get(mask.layer) ?? mask.units, mask.most)) / mask.units;
}

const made = (entry: PlanEntry, macs: number): PlanEntry => ({
  ...entry,
  macs,
  outsideMacs: entry.macs === 0 ? 0 : (entry.outsideMacs * macs) / entry.macs,
});

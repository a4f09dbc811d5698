/** Passes added up by the density that the mask aims at while they are made: what a count of operations needs. */
import { PASS_KINDS, type Passes, type PassesByKind, type PassKind } from './passes.ts';

/** All passes that are made at one density. */
export interface DensityWork {
  /** Share of the weights of the sparse layers. */
  readonly density: number;
  readonly passes: Readonly<Record<PassKind, Passes>>;
}

type Sums = Record<PassKind, { passes: number; rows: number }>;

export class WorkByDensity {
  readonly #sums = new Map<number, Sums>();

  add(density: number, made: PassesByKind): void {
    let sums = this.#sums.get(density);
    if (!sums) {
      sums = Object.fromEntries(PASS_KINDS.map((kind) => [kind, { passes: 0, rows: 0 }])) as Sums;
      this.#sums.set(density, sums);
    }
    for (const kind of PASS_KINDS) {
      const more = made[kind];
      if (!more) continue;
      sums[kind].passes += more.passes;
      sums[kind].rows += more.rows;
    }
  }

  list(): DensityWork[] {
    return [...this.#sums].map(([density, passes]) => ({ density, passes }));
  }
}

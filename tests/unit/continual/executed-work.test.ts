/** The arithmetic of runs under several masks, by hand. */
import { describe, expect, test } from 'vitest';
import type { PlanRuns } from '../../../src/continual/step/plan-runs.ts';
import { ExecutedWork } from '../../../src/continual/step/executed-work.ts';
import type { PlanEntry } from '../../../src/gpu/plan.ts';

const NOTHING = { denseMacs: 0, outsideMacs: 0, bytesRead: 0, bytesWritten: 0, groups: [] };
const entryOf = (work: Pick<PlanEntry, 'macs'> & Partial<PlanEntry>) =>
  ({ ...NOTHING, ...work }) as unknown as PlanEntry;

/** 8 units of `a` live where the plan is listed; a choice works on 6 of them at most. */
const ENTRIES = [
  entryOf({ macs: 80, outsideMacs: 16, mask: { layer: 'a', units: 8, most: 20 } }),
  entryOf({ macs: 60, mask: { layer: 'a', units: 6, most: 6 } }),
  entryOf({ macs: 7 }),
];
const SCORES = [entryOf({ macs: 40, mask: { layer: 'a', units: 8, most: 20 } })];

const work = (steps: number, scores: number): PlanRuns[] => [
  { entries: ENTRIES, runs: steps, published: true },
  { entries: SCORES, runs: scores, published: false },
];
/** Over all runs, by plan and dispatch. */
const totals = (runs: readonly PlanRuns[], of: 'macs' | 'outsideMacs' = 'macs') =>
  runs.map(({ entries, runs: times }) => entries.map((entry) => entry[of] * times));

describe('what plans have made', () => {
  test('is what they were listed with, while the mask is what it was', () => {
    expect(totals(new ExecutedWork().mean(work(3, 2)))).toEqual([[240, 180, 21], [80]]);
  });

  test('follows how many units live, span by span, and no further than is worked on', () => {
    const spans = new ExecutedWork();
    spans.close(work(3, 1), new Map([['a', 12]]));
    expect(totals(spans.mean(work(3, 1)))).toEqual([[240, 180, 21], [40]]);
    spans.close(work(5, 1), new Map([['a', 4]]));
    const all = spans.mean(work(6, 2));
    // 3 runs at 8 units, 2 at 12, 1 at 4; of a choice 6, 6 and 4.
    const expected = [[3 * 80 + 2 * 120 + 40, 3 * 60 + 2 * 60 + 40, 6 * 7], [40 + 20]];
    totals(all).forEach((plan, i) => {
      plan.forEach((macs, j) => {
        expect(macs).toBeCloseTo(expected[i]![j]!, 9);
      });
    });
    // A fifth of the first dispatch's.
    expect(totals(all, 'outsideMacs')[0]![0]).toBeCloseTo(expected[0]![0]! / 5, 9);
    expect(all.map(({ runs, published }) => [runs, published])).toEqual([
      [6, true],
      [2, false],
    ]);
  });

  test('is nothing while they have not run', () => {
    const spans = new ExecutedWork();
    spans.close(work(0, 0), new Map([['a', 2]]));
    expect(totals(spans.mean(work(0, 0)))).toEqual([[0, 0, 0], [0]]);
  });
});

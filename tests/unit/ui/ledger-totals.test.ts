/** What a run has executed so far, added up by hand from entries that hold until the next. */
import { expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/lab/recording/recording.ts';
import { flopsOf, saving, totalsAt } from '../../../src/ui/views/cost/run-totals.ts';

const LINE = {
  dispatches: 1,
  macs: 0,
  denseMacs: 0,
  outsideMacs: 0,
  bytesRead: 0,
  bytesWritten: 0,
};

function entry(at: number, macs: number, publishedMacs: number): LedgerEntry {
  const kinds = {
    forward: LINE,
    'input-gradient': LINE,
    'weight-gradient': LINE,
    update: LINE,
    select: LINE,
    other: LINE,
  };
  const step = {
    kinds,
    all: { ...LINE, macs, denseMacs: 1000 },
    published: { macs: publishedMacs, denseMacs: 600 },
  };
  return { at, step, bytes: {} };
}

const LEDGER = [entry(0, 100, 60), entry(10, 90, 50), entry(25, 200, 120)];

it('counts two operations a multiply-accumulate', () => {
  expect(flopsOf(LEDGER[0]!.step)).toEqual({
    every: { ours: 200, dense: 2000 },
    published: { ours: 120, dense: 1200 },
  });
});

it('charges every step at the entry that held when it was made', () => {
  expect(totalsAt(LEDGER, 0).steps).toBe(0);
  expect(totalsAt(LEDGER, 4)).toEqual({
    steps: 4,
    every: { ours: 4 * 200, dense: 4 * 2000 },
    published: { ours: 4 * 120, dense: 4 * 1200 },
  });
  // Ten steps of the first entry, two of the second.
  expect(totalsAt(LEDGER, 12).every).toEqual({ ours: 10 * 200 + 2 * 180, dense: 12 * 2000 });
  // 10 · 200 + 15 · 180 + 5 · 400, and in the published convention 10 · 120 + 15 · 100 + 5 · 240.
  expect(totalsAt(LEDGER, 30)).toEqual({
    steps: 30,
    every: { ours: 6700, dense: 60_000 },
    published: { ours: 3900, dense: 36_000 },
  });
});

it('at the very step of an entry still has none of its steps', () => {
  expect(totalsAt(LEDGER, 10).every.ours).toBe(2000);
  expect(totalsAt(LEDGER, 11).every.ours).toBe(2180);
});

it('takes the last of several entries at one step', () => {
  expect(totalsAt([entry(0, 7, 7), entry(0, 100, 60)], 3).every.ours).toBe(600);
});

it('does not invent steps before the first entry', () => {
  expect(totalsAt([entry(5, 100, 60)], 8)).toMatchObject({ steps: 3, every: { ours: 600 } });
  expect(totalsAt([], 8)).toMatchObject({ steps: 0, every: { ours: 0, dense: 0 } });
});

it('stays exact over a long run', () => {
  const long = [entry(0, 615_960_576, 1), entry(1_000_000, 1, 1)];
  expect(totalsAt(long, 1_000_001).every.ours).toBe(2 * 615_960_576_000_000 + 2);
});

it('tells how many times fewer', () => {
  expect(saving({ ours: 200, dense: 2000 })).toBe(10);
  expect(saving({ ours: 0, dense: 0 })).toBeNaN();
});

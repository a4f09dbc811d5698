import { describe, expect, it } from 'vitest';
import { Reservoir } from '../../../src/continual/buffer/reservoir.ts';
import { RandomStream, STREAM } from '../../../src/gpu/rng.ts';
import { recorded, RecordedRandom, type ReplayRun } from './recorded.ts';

const fresh = (capacity: number, seed = 0) =>
  new Reservoir(
    capacity,
    new RandomStream(seed, STREAM.reservoir),
    new RandomStream(seed, STREAM.replay),
  );

const replaying = (run: ReplayRun) =>
  new Reservoir(
    run.capacity,
    new RecordedRandom(run.askedOffers),
    new RecordedRandom(run.askedDraws),
  );

/** The images of each step of a recorded run, as (task, image, label). */
function* batchesOf(run: ReplayRun) {
  const perTask = run.epochOrders.length / run.tasks;
  for (const [i, order] of run.epochOrders.entries()) {
    const task = Math.floor(i / perTask);
    for (let start = 0; start < order.length; start += run.batch) {
      yield order.slice(start, start + run.batch).map((image) => ({
        task,
        image,
        label: task * run.classesPerTask + Math.floor(image / run.perClass),
      }));
    }
  }
}

describe.each(recorded.replay)('recorded mammoth buffer of $capacity', (run) => {
  it('gives every offer its recorded slot and ends with the recorded buffer', () => {
    const reservoir = replaying(run);
    const held: unknown[] = Array.from({ length: run.capacity }, () => null);
    let step = 0;
    for (const batch of batchesOf(run)) {
      const slots = batch.map((entry) => reservoir.offer(entry.label, entry.task));
      expect(slots).toEqual(run.steps[step++]!.slots);
      slots.forEach((slot, row) => {
        if (slot >= 0) held[slot] = batch[row];
      });
    }
    expect(step).toBe(run.steps.length);
    expect(reservoir.offered).toBe(run.offered);
    expect(held).toEqual(run.final);
    expect(Array.from(reservoir.labels)).toEqual(run.final.map((entry) => entry.label));
    expect(Array.from(reservoir.tasks)).toEqual(run.final.map((entry) => entry.task));
  });

  it('ends with the same buffer when a batch is copied in any order', () => {
    const reservoir = replaying(run);
    const held: unknown[] = Array.from({ length: run.capacity }, () => null);
    for (const batch of batchesOf(run)) {
      const slots = new Int32Array(run.batch).fill(-9);
      reservoir.offerBatch(
        batch.map((entry) => entry.label),
        batch[0]!.task,
        slots,
      );
      const kept = slots.slice(0, batch.length).filter((slot) => slot >= 0);
      expect(new Set(kept).size).toBe(kept.length);
      for (let row = batch.length - 1; row >= 0; row--) {
        if (slots[row]! >= 0) held[slots[row]!] = batch[row];
      }
    }
    expect(held).toEqual(run.final);
  });

  it('draws the recorded slots, fewer while it is young', () => {
    const reservoir = replaying(run);
    let step = 0;
    for (const batch of batchesOf(run)) {
      const { draws } = run.steps[step++]!;
      expect(draws.map(() => reservoir.draw(run.replayBatch))).toEqual(draws);
      for (const entry of batch) reservoir.offer(entry.label, entry.task);
    }
  });
});

describe('Reservoir', () => {
  it('keeps every image with probability capacity / offered', () => {
    const [capacity, offered, trials] = [5, 40, 4000];
    const kept = new Array<number>(offered).fill(0);
    for (let seed = 0; seed < trials; seed++) {
      const reservoir = fresh(capacity, seed);
      for (let image = 0; image < offered; image++) reservoir.offer(image, 0);
      for (const image of reservoir.labels) kept[image] = kept[image]! + 1;
    }
    const p = capacity / offered;
    const sigma = Math.sqrt(trials * p * (1 - p));
    for (const count of kept) expect(Math.abs(count - trials * p)).toBeLessThan(4.5 * sigma);
  });

  it('draws distinct filled slots, each as often as any other', () => {
    const reservoir = fresh(12, 3);
    expect(reservoir.draw(4)).toEqual([]);
    for (let image = 0; image < 9; image++) reservoir.offer(image, 0);
    expect(reservoir.filled).toBe(9);
    expect([...reservoir.draw(32)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const drawn = new Array<number>(9).fill(0);
    const trials = 3000;
    for (let trial = 0; trial < trials; trial++) {
      const slots = reservoir.draw(4);
      expect(new Set(slots).size).toBe(4);
      for (const slot of slots) drawn[slot] = drawn[slot]! + 1;
    }
    const sigma = Math.sqrt(trials * (4 / 9) * (5 / 9));
    for (const count of drawn) {
      expect(Math.abs(count - (trials * 4) / 9)).toBeLessThan(4.5 * sigma);
    }
  });

  it('keeps the same images however much is replayed', () => {
    const [quiet, busy] = [fresh(10, 8), fresh(10, 8)];
    for (let image = 0; image < 300; image++) {
      busy.draw(6);
      expect(busy.offer(image, 0)).toBe(quiet.offer(image, 0));
    }
  });

  it('goes on after a save as if nothing had happened', () => {
    const first = fresh(10, 5);
    for (let image = 0; image < 60; image++) first.offer(image % 7, image % 3);
    first.draw(4);
    const state: unknown = JSON.parse(JSON.stringify(first.save()));
    const second = fresh(10, 5);
    second.load(state as ReturnType<Reservoir['save']>);
    for (let image = 0; image < 200; image++) {
      expect(second.draw(6)).toEqual(first.draw(6));
      expect(second.offer(image, 1)).toBe(first.offer(image, 1));
    }
    expect(second.save()).toEqual(first.save());
  });

  it('refuses what it cannot keep', () => {
    expect(() => fresh(0)).toThrow(RangeError);
    expect(() => fresh(2.5)).toThrow('not 2.5');
    expect(() => fresh(3).offer(-1, 0)).toThrow('label');
    expect(() => fresh(3).offer(0, 70000)).toThrow('task');
    expect(() => {
      fresh(3).offerBatch([1, 2, 3], 0, new Int32Array(2));
    }).toThrow('3 rows');
    expect(() => {
      fresh(3).load(fresh(4).save());
    }).toThrow('4 slots');
    expect(() => {
      fresh(3).load({ ...fresh(3).save(), offered: 2 });
    }).toThrow('2 slots are filled');
  });
});

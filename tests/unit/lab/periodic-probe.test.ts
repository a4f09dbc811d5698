/** Readings are one at a time, no more often than asked, and rarer where they cost time. */
import { describe, expect, test } from 'vitest';
import { PeriodicProbe } from '../../../src/lab/engine/watch/periodic-probe.ts';

function probe(every: number, ms = 0) {
  const clock = { now: 0 };
  const readings: number[] = [];
  const underWay: (() => void)[] = [];
  const made = new PeriodicProbe(
    every,
    (at) => {
      readings.push(at);
      return new Promise((resolve) => {
        underWay.push(() => {
          resolve(ms);
        });
      });
    },
    () => clock.now,
  );
  return {
    made,
    clock,
    readings,
    arrive: () => {
      underWay.shift()!();
    },
  };
}

describe('a periodic probe', () => {
  test('begins when it is time, and never two at a time', async () => {
    const { made, clock, readings, arrive } = probe(1000);
    made.perhaps(1);
    clock.now = 5000;
    made.perhaps(2);
    expect(readings).toEqual([1]);
    arrive();
    await made.settle();
    // A second after the first one began.
    clock.now = 999;
    made.perhaps(3);
    expect(readings).toEqual([1]);
    clock.now = 1000;
    made.perhaps(3);
    expect(readings).toEqual([1, 3]);
  });

  test('rests twenty times as long as a reading takes', async () => {
    const { made, clock, readings, arrive } = probe(1000, 100);
    made.perhaps(1);
    arrive();
    await made.settle();
    clock.now = 1999;
    made.perhaps(2);
    clock.now = 2000;
    made.perhaps(3);
    expect(readings).toEqual([1, 3]);
  });

  test('at once waits for the one under way, and does not read twice at one step', async () => {
    const { made, readings, arrive } = probe(1000);
    made.perhaps(1);
    const now = made.now(2);
    expect(readings).toEqual([1]);
    arrive();
    await new Promise((resolve) => setTimeout(resolve));
    expect(readings).toEqual([1, 2]);
    arrive();
    await now;
    await made.now(2);
    expect(readings).toEqual([1, 2]);
    const again = made.now(2, true);
    await new Promise((resolve) => setTimeout(resolve));
    expect(readings).toEqual([1, 2, 2]);
    arrive();
    await again;
  });

  test('that fails says so to whoever waits', async () => {
    const made = new PeriodicProbe(0, () => Promise.reject(new Error('lost')));
    made.perhaps(1);
    await expect(made.settle()).rejects.toThrow('lost');
  });
});

/** Decisions about units against the plain reference: ties, balance between filters, growth, and what is left alone. */
import { describe, expect, test } from 'vitest';
import { hashU32 } from '../../../src/gpu/rng.ts';
import {
  bestUnits,
  changeCounts,
  decideChange,
  type ChangeTargets,
} from '../../../src/sparse/mask/mask-change.ts';
import { meanByUnit } from '../../../src/sparse/mask/mask-units.ts';
import {
  bestUnits as plainBest,
  plainDecision,
  plainRandomRank,
} from '../../reference/plain/mask-dynamics.ts';

const PER_FILTER = 7;
const filterOf = (unit: number) => Math.floor(unit / PER_FILTER);

/** A layer of `count` units, about half of them alive, with scores of which many are equal. */
function layerOf(seed: number, count: number) {
  const live = Uint8Array.from({ length: count }, (_, unit) => hashU32(seed, 1, unit) & 1);
  live[0] = 1;
  live[1] = 1;
  const scores = Float32Array.from({ length: count }, (_, unit) => hashU32(seed, 2, unit) % 9);
  const ranks = Float32Array.from({ length: count }, (_, unit) => hashU32(seed, 3, unit) % 9);
  return { live, scores, ranks };
}

function compare(seed: number, balanced: boolean, random: boolean, targets: ChangeTargets) {
  const count = 5 * PER_FILTER;
  const { live, scores, ranks } = layerOf(seed, count);
  const groups = balanced ? count / PER_FILTER : 1;
  const alive = [...live.keys()].filter((unit) => live[unit] === 1);
  const found = decideChange(
    { name: 'layer', groups, groupOf: filterOf },
    live,
    changeCounts(alive.length, targets),
    scores,
    random ? { seed, key: 'change 2 3' } : { scores: ranks },
  );
  const expected = plainDecision(
    { name: 'layer', live: new Set(alive), count, ...(balanced && { filterOf }) },
    targets,
    (unit) => scores[unit]!,
    random ? plainRandomRank('layer', seed, 2, 3) : (unit) => ranks[unit]!,
  );
  expect({ dropped: [...found.dropped], grown: [...found.grown] }).toEqual(expected);
  return found;
}

describe.each([
  ['each unit for itself', false],
  ['filters in balance', true],
])('%s', (_, balanced) => {
  test.each([
    ['random', true],
    ['by gradient', false],
  ])('growth %s', (__, random) => {
    let [dropped, grown, both] = [0, 0, 0];
    for (let seed = 0; seed < 60; seed++) {
      const targets = {
        dropTo: seed % 5 === 0 ? null : 1 + (hashU32(seed, 4, 0) % 14),
        growTo: seed % 7 === 0 ? null : 15 + (hashU32(seed, 5, 0) % 14),
      };
      const found = compare(seed, balanced, random, targets);
      dropped += found.dropped.length;
      grown += found.grown.length;
      both += found.grown.filter((unit) => found.dropped.includes(unit)).length;
    }
    expect(Math.min(dropped, grown, both)).toBeGreaterThan(50);
  });
});

test('the best of all units, as a mask begins', () => {
  for (let seed = 0; seed < 30; seed++) {
    const count = 5 * PER_FILTER;
    const { scores } = layerOf(seed, count);
    const kept = 1 + (seed % count);
    for (const groups of [1, 5]) {
      const found = bestUnits({ count, groups, groupOf: filterOf }, scores, kept);
      const all = Array.from(scores, (_, unit) => unit);
      const score = (unit: number) => scores[unit]!;
      expect([...found]).toEqual(plainBest(all, kept, score, groups > 1 ? filterOf : undefined));
    }
  }
});

test('scores that differ in their last bits are told apart, and infinity is the largest', () => {
  const count = 3000;
  const scores = Float32Array.from(
    { length: count },
    (_, unit) => 1 + (hashU32(8, 6, unit) % 200_000) * 2 ** -23,
  );
  scores[17] = Infinity;
  const all = Array.from(scores, (_, unit) => unit);
  for (const kept of [1, 2, 700, 1500, 2999, count]) {
    const found = bestUnits({ count, groups: 1, groupOf: () => 0 }, scores, kept);
    expect([...found]).toEqual(plainBest(all, kept, (unit) => scores[unit]!));
  }
  expect(() => bestUnits({ count, groups: 1, groupOf: () => 0 }, scores, count + 1)).toThrow(
    RangeError,
  );
});

test('a layer with one live unit is left alone, and targets that are met move nothing', () => {
  expect(changeCounts(1, { dropTo: 1, growTo: 5 })).toEqual({ drops: 0, grows: 0 });
  expect(changeCounts(2, { dropTo: 1, growTo: 2 })).toEqual({ drops: 1, grows: 1 });
  expect(changeCounts(8, { dropTo: 8, growTo: 8 })).toEqual({ drops: 0, grows: 0 });
  expect(changeCounts(8, { dropTo: 9, growTo: 9 })).toEqual({ drops: 0, grows: 1 });
  expect(changeCounts(9, { dropTo: 8, growTo: null })).toEqual({ drops: 1, grows: 0 });
  // 1 % of nine blocks at .25: two live whatever the target.
  const blocks = (density: number) => Math.round(density * 9);
  expect(changeCounts(2, { dropTo: blocks(0.24), growTo: blocks(0.25) })).toEqual({
    ...{ drops: 0, grows: 0 },
  });
});

test('random growth depends on seed, layer and change, and on nothing else', () => {
  const live = new Uint8Array(200);
  live[0] = live[1] = 1;
  const grownBy = (name: string, seed: number, key: string) =>
    decideChange({ name, groups: 1, groupOf: () => 0 }, live, { drops: 0, grows: 20 }, null, {
      seed,
      key,
    }).grown.join();
  const all = [
    ...[grownBy('a', 1, 'x'), grownBy('b', 1, 'x'), grownBy('a', 2, 'x'), grownBy('a', 1, 'y')],
  ];
  expect(new Set(all).size).toBe(4);
  expect(grownBy('a', 1, 'x')).toBe(all[0]);
});

test('means are over real entries, and what is not a number counts as nothing', () => {
  const found = meanByUnit(3, Float32Array.of(1, 3, NaN, 4, 5), (entry) => (entry < 2 ? 0 : 1));
  expect([...found]).toEqual([2, 3, 0]);
});

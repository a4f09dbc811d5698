/** Which images are shown of many: evenly spread, and as many of each class as there are. */
import { describe, expect, test } from 'vitest';
import { acrossClasses, spread } from '../../../src/lab/engine/watch/thumbnails.ts';

describe('spread', () => {
  test.each([
    [5, 10, [0, 1, 2, 3, 4]],
    [10, 5, [0, 2, 4, 6, 8]],
    [7, 3, [0, 2, 4]],
    [0, 3, []],
  ])('of %i, %i at most', (count, most, expected) => {
    expect(Array.from(spread(count, most))).toEqual(expected);
  });
});

describe('across classes', () => {
  // Ten images of class 3, then two of class 1, then ten of class 8.
  const targets = [...Array<number>(10).fill(3), 1, 1, ...Array<number>(10).fill(8)];
  const all = Uint32Array.from(targets, (_, i) => i);

  test('takes as many of each, and from the others what one class lacks', () => {
    // 8 in all: both of class 1, three of the six that are left from each other class.
    expect(Array.from(acrossClasses(all, targets, 8))).toEqual([0, 3, 6, 10, 11, 12, 15, 18]);
  });

  test('takes all where there are no more, and only of those asked for', () => {
    expect(acrossClasses(all, targets, 99)).toEqual(all);
    expect(Array.from(acrossClasses(Uint32Array.of(9, 10, 21), targets, 2))).toHaveLength(2);
    expect(Array.from(acrossClasses(new Uint32Array(), targets, 5))).toEqual([]);
  });
});

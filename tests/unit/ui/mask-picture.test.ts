/** Where units lie, by hand and by walking over every pixel; and how large a page of pictures may be. */
import { describe, expect, it } from 'vitest';
import type { UnitGrid } from '../../../src/lab/protocol.ts';
import {
  fitPitch,
  pictureOf,
  placeOf,
  type Room,
} from '../../../src/ui/views/masks/mask-picture.ts';

/** 2 × 3 blocks at each of nine taps, numbered as the block layout does. */
const BLOCKS: UnitGrid = {
  kind: 'block',
  taps: 9,
  rows: 2,
  columns: 3,
  strides: [3, 27, 1],
  extent: [4, 4],
};
/** Numbered as PyTorch's order does. */
const WEIGHTS: UnitGrid = {
  kind: 'weight',
  taps: 9,
  rows: 4,
  columns: 5,
  strides: [1, 45, 9],
  extent: [1, 1],
};
const FILTERS: UnitGrid = {
  kind: 'filter',
  taps: 1,
  rows: 70,
  columns: 1,
  strides: [0, 1, 0],
  extent: [1, 8],
};

describe('placeOf', () => {
  it.each([
    [BLOCKS, 0, { tap: 0, row: 0, column: 0 }],
    [BLOCKS, 27 + 4 * 3 + 2, { tap: 4, row: 1, column: 2 }],
    [WEIGHTS, 3 * 45 + 2 * 9 + 7, { tap: 7, row: 3, column: 2 }],
    [FILTERS, 69, { tap: 0, row: 69, column: 0 }],
  ])('reads the number of a unit backwards', (grid, unit, place) => {
    expect(placeOf(grid, unit)).toEqual(place);
  });
});

describe('pictureOf', () => {
  it('sets taps 3 × 3 inside each pair of channels', () => {
    const picture = pictureOf(BLOCKS, 10, 1);
    expect([picture.across, picture.down]).toEqual([9, 6]);
    // Nine cells of 10 and two gutters of 4 across, less the last gap of 1; six cells and one gutter down.
    expect([picture.width, picture.height]).toEqual([97, 63]);
    expect(picture.cellOf(5, 1, 2)).toEqual([8, 4]);
    expect(picture.box(8, 4)).toEqual({ x: 88, y: 44, width: 9, height: 9 });
    expect(picture.unitAt(90, 46)).toBe(27 + 5 * 3 + 2);
    expect(picture.unitAt(-1, 5)).toBeNull();
    expect(picture.unitAt(5, 200)).toBeNull();
  });

  it.each([
    ['blocks', BLOCKS, 7],
    ['weights that run together', WEIGHTS, 2],
    ['filters on two lines', FILTERS, 6],
  ])('finds every unit again where it drew it: %s', (_, grid, pitch) => {
    const picture = pictureOf(grid, pitch, 1);
    const seen = new Set<number>();
    for (let tap = 0; tap < grid.taps; tap++) {
      for (let row = 0; row < grid.rows; row++) {
        for (let column = 0; column < grid.columns; column++) {
          const unit = tap * grid.strides[0] + row * grid.strides[1] + column * grid.strides[2];
          const { x, y, width, height } = picture.box(...picture.cellOf(tap, row, column));
          expect(picture.unitAt(x + width / 2, y + height / 2)).toBe(unit);
          expect(x + width).toBeLessThanOrEqual(picture.width);
          expect(y + height).toBeLessThanOrEqual(picture.height);
          seen.add(unit);
        }
      }
    }
    expect(seen.size).toBe(grid.taps * grid.rows * grid.columns);
  });

  it('moves to neighbours over the borders of kernels, and stays at edges', () => {
    const picture = pictureOf(BLOCKS, 10, 1);
    // From the right tap of the middle row to the left one of the next kernel, and one down.
    expect(picture.neighbour(5 * 3, 1, 0)).toBe(3 * 3 + 1);
    expect(picture.neighbour(7 * 3, 0, 1)).toBe(27 + 3);
    expect(picture.neighbour(0, -1, 0)).toBe(0);
    expect(picture.neighbour(0, 0, -1)).toBe(0);
  });
});

describe('fitPitch', () => {
  const ROOM: Room = {
    width: 300,
    tallest: 300,
    height: 400,
    gap: 20,
    caption: 40,
    least: 60,
    largest: 12,
  };
  const square = (side: number): UnitGrid => ({
    kind: 'kernel',
    taps: 1,
    rows: side,
    columns: side,
    strides: [0, side, 1],
    extent: [1, 1],
  });

  it('takes the largest cells that fit, in whole device pixels', () => {
    expect(fitPitch([[square(4)]], ROOM, 1)).toBe(12);
    // 64 · 4 − 1 = 255 fits 300, 64 · 5 − 1 = 319 does not; with two device pixels to one, 9 half pixels do.
    expect(fitPitch([[square(64)]], ROOM, 1)).toBe(4);
    expect(fitPitch([[square(64)]], ROOM, 2)).toBe(9);
  });

  it('lets cells run together where there are more than pixels', () => {
    expect(fitPitch([[square(1000)]], ROOM, 1)).toBe(1 / 4);
  });

  it('counts lines: what does not fit beside another stands below it', () => {
    // Side by side at 8 (255 wide each) they do not fit; two lines of 159 + 40 at 5 do, of 191 + 40 at 6 do not.
    expect(fitPitch([[square(32), square(32)]], ROOM, 1)).toBe(5);
  });
});

/**
 * Where the units of a layer lie in its picture. Rows are output channels and columns input channels; the taps of
 * a kernel are set inside, 3 × 3, so that each pair of channels is one character of the page. Filters have no
 * columns and run along lines instead. All in device pixels, so that edges fall on them.
 */
import type { UnitGrid } from '../../../lab/protocol.ts';

/** A rectangle in device pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MaskPicture {
  readonly grid: UnitGrid;
  /** Device pixels from one cell to the next. Where less than `LEAST_CELL`, cells run together. */
  readonly pitch: number;
  /** Cells across and down. */
  readonly across: number;
  readonly down: number;
  readonly width: number;
  readonly height: number;
  /** The cell of a unit at (tap, row, column), counted across and down. */
  cellOf(tap: number, row: number, column: number): readonly [across: number, down: number];
  /** The rectangle of a cell. */
  box(across: number, down: number): Box;
  /** The unit under a point; null outside. A gap belongs to the cell before it. */
  unitAt(x: number, y: number): number | null;
  /** The unit that lies next in a direction; the same one at an edge. */
  neighbour(unit: number, across: -1 | 0 | 1, down: -1 | 0 | 1): number;
}

/** Device pixels from which on cells are drawn one by one. */
export const LEAST_CELL = 3;
/** A filter is so many times as tall as it is wide. */
const FILTER_HEIGHT = 4;
const FILTERS_A_LINE = 64;

export interface UnitPlace {
  readonly tap: number;
  readonly row: number;
  readonly column: number;
}

/** Which tap, row and column a unit is: the grid's numbering, backwards. */
export function placeOf({ strides, taps, rows, columns }: UnitGrid, unit: number): UnitPlace {
  const axes = [
    { axis: 'tap', stride: strides[0], length: taps },
    { axis: 'row', stride: strides[1], length: rows },
    { axis: 'column', stride: strides[2], length: columns },
  ]
    .filter(({ length }) => length > 1)
    .sort((a, b) => b.stride - a.stride);
  const place: Record<string, number> = {};
  let rest = unit;
  for (const { axis, stride } of axes) {
    place[axis] = Math.floor(rest / stride);
    rest -= place[axis] * stride;
  }
  return { tap: place['tap'] ?? 0, row: place['row'] ?? 0, column: place['column'] ?? 0 };
}

/** The picture of a layer whose cells are `pitch` device pixels apart, where a CSS pixel has `ratio` of them. */
export function pictureOf(grid: UnitGrid, pitch: number, ratio: number): MaskPicture {
  const { kind, taps, rows, columns, strides } = grid;
  const strip = kind === 'filter';
  const side = Number.isInteger(Math.sqrt(taps)) ? Math.sqrt(taps) : 1;
  const tall = side === 1 ? taps : side;
  const line = Math.min(rows, FILTERS_A_LINE);
  const across = strip ? line : columns * side;
  const down = strip ? Math.ceil(rows / line) : rows * tall;
  const wide = pitch;
  const high = strip ? FILTER_HEIGHT * pitch : pitch;
  const apart = pitch < LEAST_CELL ? 0 : Math.max(1, Math.round(Math.min(ratio, pitch / 5)));
  const gutter = pitch < LEAST_CELL || taps === 1 ? 0 : Math.max(1, Math.round(0.42 * pitch));
  const left = (u: number): number => u * wide + (strip ? 0 : Math.floor(u / side) * gutter);
  const top = (v: number): number =>
    v * high + (strip ? v * Math.round(pitch / 2) : Math.floor(v / tall) * gutter);
  const unitOf = (u: number, v: number): number | null => {
    if (strip) {
      const row = v * line + u;
      return row < rows ? row * strides[1] : null;
    }
    const tap = (v % tall) * side + (u % side);
    return tap * strides[0] + Math.floor(v / tall) * strides[1] + Math.floor(u / side) * strides[2];
  };
  const cellOf = (tap: number, row: number, column: number): readonly [number, number] =>
    strip
      ? [row % line, Math.floor(row / line)]
      : [column * side + (tap % side), row * tall + Math.floor(tap / side)];

  return {
    grid,
    pitch,
    across,
    down,
    width: Math.max(1, Math.ceil(left(across - 1) + wide - apart)),
    height: Math.max(1, Math.ceil(top(down - 1) + high - apart)),
    cellOf,
    box: (u, v) => ({ x: left(u), y: top(v), width: wide - apart, height: high - apart }),
    unitAt: (x, y) => {
      if (x < 0 || y < 0) return null;
      const u = lastBefore(left, across, x);
      const v = lastBefore(top, down, y);
      if (x >= left(u) + wide + gutter || y >= top(v) + high + gutter) return null;
      return unitOf(u, v);
    },
    neighbour: (unit, dx, dy) => {
      const { tap, row, column } = placeOf(grid, unit);
      const [u, v] = cellOf(tap, row, column);
      const clamp = (value: number, count: number): number =>
        Math.min(count - 1, Math.max(0, value));
      return unitOf(clamp(u + dx, across), clamp(v + dy, down)) ?? unit;
    },
  };
}

/** The last of `count` cells that begins at or before a point. */
function lastBefore(start: (cell: number) => number, count: number, point: number): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (start(middle) <= point) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface Room {
  /** CSS pixels that a line of pictures, one picture, and all lines together may take. */
  readonly width: number;
  readonly tallest: number;
  readonly height: number;
  /** CSS pixels between pictures, under each (its name), and the least that one takes. */
  readonly gap: number;
  readonly caption: number;
  readonly least: number;
  /** CSS pixels of the largest cell. */
  readonly largest: number;
}

/**
 * The largest pitch, the same for all layers, at which groups of pictures fit a room, each group beginning a line;
 * where none does, the smallest that fits the width. Device pixels.
 */
export function fitPitch(
  groups: readonly (readonly UnitGrid[])[],
  room: Room,
  ratio: number,
): number {
  const most = Math.max(1, Math.round(room.largest * ratio));
  const whole = Array.from({ length: most }, (_, i) => most - i);
  const parts = Array.from({ length: 15 }, (_, i) => 1 / (i + 2));
  let narrow: number | null = null;
  for (const pitch of [...whole, ...parts]) {
    const { fits, height } = flow(groups, pitch, room, ratio);
    if (!fits) continue;
    if (height <= room.height) return pitch;
    // A long page is better than cells that cannot be told apart.
    if (pitch >= LEAST_CELL * ratio) narrow = pitch;
    else return narrow ?? pitch;
  }
  return narrow ?? 1 / 16;
}

function flow(
  groups: readonly (readonly UnitGrid[])[],
  pitch: number,
  room: Room,
  ratio: number,
): { readonly fits: boolean; readonly height: number } {
  let height = 0;
  for (const grids of groups) {
    let x = 0;
    let line = 0;
    for (const grid of grids) {
      const picture = pictureOf(grid, pitch, ratio);
      const width = Math.max(room.least, picture.width / ratio);
      const tall = picture.height / ratio;
      if (width > room.width || tall > room.tallest) return { fits: false, height: 0 };
      if (x > 0 && x + width > room.width) {
        height += line + room.caption;
        [x, line] = [0, 0];
      }
      x += width + room.gap;
      line = Math.max(line, tall);
    }
    height += line + room.caption;
  }
  return { fits: true, height };
}

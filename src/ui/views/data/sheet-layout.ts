/** Where the pictures of a contact sheet lie: rows of squares that fill a width, in pixels of the page. */

export interface SheetLayout {
  readonly columns: number;
  readonly rows: number;
  /** Edge of a picture. */
  readonly edge: number;
  readonly gap: number;
  readonly width: number;
  readonly height: number;
}

/** Lays `count` pictures of about `edge` pixels into `width`: as many columns as fit, at least one. */
export function sheetLayout(count: number, width: number, edge: number, gap: number): SheetLayout {
  const columns = Math.max(1, Math.min(count, Math.floor((width + gap) / (edge + gap))));
  const rows = Math.ceil(count / columns);
  return {
    columns,
    rows,
    edge,
    gap,
    width: columns * (edge + gap) - gap,
    height: Math.max(0, rows * (edge + gap) - gap),
  };
}

export function placeOf(
  { columns, edge, gap }: SheetLayout,
  i: number,
): { readonly x: number; readonly y: number } {
  return { x: (edge + gap) * (i % columns), y: (edge + gap) * Math.floor(i / columns) };
}

/** Which of `count` pictures a point lies on, the gap after a picture included; null outside. */
export function pictureAt(
  { columns, edge, gap }: SheetLayout,
  count: number,
  x: number,
  y: number,
): number | null {
  const column = Math.floor(x / (edge + gap));
  const row = Math.floor(y / (edge + gap));
  if (column < 0 || column >= columns || row < 0) return null;
  const i = row * columns + column;
  return i < count ? i : null;
}

/** Where a key moves to from picture `i` of `count`; null for a key that moves nowhere. */
export function moved(i: number, count: number, columns: number, key: string): number | null {
  const target = {
    ArrowRight: i + 1,
    ArrowLeft: i - 1,
    ArrowDown: i + columns,
    ArrowUp: i - columns,
    Home: 0,
    End: count - 1,
  }[key];
  return target === undefined ? null : Math.min(count - 1, Math.max(0, target));
}

/**
 * Paints a layer's mask on a canvas: the ink of the task that a live unit was born in, a trace of it where a unit
 * has been dropped, the ruling of the page where nothing was ever written. Cells that are too small to be drawn
 * one by one run together, and how much of them lives is how dark a pixel is.
 */
import type { LayerState } from './mask-replay.ts';
import { formerTask } from './mask-replay.ts';
import { cssColour, mix, TASK_INKS, type Palette, type Rgb } from './mask-palette.ts';
import { LEAST_CELL, type Box, type MaskPicture } from './mask-picture.ts';

export interface Brush {
  readonly palette: Palette;
  /** How fresh a change is, from 1 at once to 0, by the steps that were done when it was made. */
  readonly freshness: (changedAt: number) => number;
  /** [units] of the latest snapshot, where gradients are sparse and so worth a mark; else null. */
  readonly gradient: Float32Array | null;
  /** The one task whose units are to be seen; null: all. */
  readonly task: number | null;
}

type Context = CanvasRenderingContext2D;

/** Paints the whole picture; the canvas has its size. */
export function paintMask(
  context: Context,
  picture: MaskPicture,
  state: LayerState,
  brush: Brush,
): void {
  context.clearRect(0, 0, picture.width, picture.height);
  if (picture.pitch < LEAST_CELL) paintPixels(context, picture, state, brush);
  else paintCells(context, picture, state, brush);
}

/** Calls back with every unit and its cell. */
function eachUnit(
  { grid, cellOf }: MaskPicture,
  visit: (unit: number, across: number, down: number) => void,
): void {
  const { taps, rows, columns, strides } = grid;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let tap = 0; tap < taps; tap++) {
        const [across, down] = cellOf(tap, row, column);
        visit(tap * strides[0] + row * strides[1] + column * strides[2], across, down);
      }
    }
  }
}

interface FreshUnit {
  readonly box: Box;
  readonly born: number;
  readonly share: number;
}

function paintCells(
  context: Context,
  picture: MaskPicture,
  { born, changedAt }: LayerState,
  { palette, freshness, gradient, task }: Brush,
): void {
  const dead = new Path2D();
  const veiled = new Path2D();
  const gilded = new Path2D();
  const inks = palette.tasks.map(() => new Path2D());
  const traces = palette.traces.map(() => new Path2D());
  const fresh: FreshUnit[] = [];
  const { pitch } = picture;
  const radius = pitch >= 14 ? pitch / 9 : 0;
  eachUnit(picture, (unit, across, down) => {
    const box = picture.box(across, down);
    const { x, y, width, height } = box;
    const life = born[unit]!;
    const share = changedAt[unit]! < 0 ? 0 : freshness(changedAt[unit]!);
    if (share > 0) fresh.push({ box, born: life, share });
    if (life >= 0) {
      const path = task === null || task === life ? inks[life % TASK_INKS]! : veiled;
      if (radius > 0) path.roundRect(x, y, width, height, radius);
      else path.rect(x, y, width, height);
      if (path !== veiled && gradient && gradient[unit]! > 0) {
        const dot = Math.max(1, Math.round(0.26 * width));
        const inset = Math.round((width - dot) / 2);
        gilded.rect(x + inset, y + Math.round((height - dot) / 2), dot, dot);
      }
      return;
    }
    dead.rect(x, y, width, height);
    const former = formerTask(life);
    if (former === null || (task !== null && task !== former)) return;
    const inset = Math.round(width / 5);
    traces[former % TASK_INKS]!.rect(x + inset, y + inset, width - 2 * inset, height - 2 * inset);
  });
  const fill = (path: Path2D, colour: Rgb): void => {
    context.fillStyle = cssColour(colour);
    context.fill(path);
  };
  fill(dead, palette.dead);
  fill(veiled, palette.veiled);
  traces.forEach((path, i) => {
    fill(path, palette.traces[i]!);
  });
  inks.forEach((path, i) => {
    fill(path, palette.tasks[i]!);
  });
  fill(gilded, palette.gradient);
  for (const one of fresh) paintFresh(context, one, palette, pitch);
}

/** A unit that was just grown has a frame. One that was just dropped is struck out, and its ink fades. */
function paintFresh(context: Context, one: FreshUnit, palette: Palette, pitch: number): void {
  const { x, y, width, height } = one.box;
  const stroke = Math.max(1, Math.round(pitch / 6));
  context.lineWidth = stroke;
  if (one.born >= 0) {
    context.strokeStyle = cssColour(palette.grow, one.share);
    const out = stroke / 2;
    context.strokeRect(x - out, y - out, width + 2 * out, height + 2 * out);
    return;
  }
  const former = formerTask(one.born) ?? 0;
  context.fillStyle = cssColour(palette.tasks[former % TASK_INKS]!, 0.75 * one.share);
  context.fillRect(x, y, width, height);
  context.strokeStyle = cssColour(palette.drop, one.share);
  context.beginPath();
  context.moveTo(x - stroke / 2, y + height + stroke / 2);
  context.lineTo(x + width + stroke / 2, y - stroke / 2);
  context.stroke();
}

/** How much ink a trace counts as, where cells run together. */
const TRACE_INK = 0.07;
/** Exponent of the darkness; below 1, so that little ink is easier to see. */
const GAMMA = 0.65;

function paintPixels(
  context: Context,
  picture: MaskPicture,
  { born, changedAt }: LayerState,
  { palette, freshness, gradient, task }: Brush,
): void {
  const { width, height, across, down, grid } = picture;
  // Red, green, blue of the ink, each times its amount; its amount; and the cells that share a pixel.
  const sums = new Float32Array(5 * width * height);
  const high = height / down;
  const wide = width / across;
  let colour: Rgb = palette.dead;
  let ink = 0;
  eachUnit(picture, (unit, u, v) => {
    const life = born[unit]!;
    const former = formerTask(life);
    ink = life >= 0 ? 1 : former === null ? 0 : TRACE_INK;
    if (ink > 0) {
      const of = life >= 0 ? life : (former ?? 0);
      colour = task === null || task === of ? palette.tasks[of % TASK_INKS]! : palette.veiled;
      if (life >= 0 && colour !== palette.veiled && gradient && gradient[unit]! > 0)
        colour = mix(colour, palette.gradient, 0.3);
      const share = changedAt[unit]! < 0 ? 0 : freshness(changedAt[unit]!);
      if (share > 0) {
        colour = mix(colour, life >= 0 ? palette.grow : palette.drop, share);
        ink = Math.max(ink, share);
      }
    }
    const [x0, y0] = [Math.floor(u * wide), Math.floor(v * high)];
    const x1 = Math.max(x0 + 1, Math.floor((u + 1) * wide));
    const y1 = Math.max(y0 + 1, Math.floor((v + 1) * high));
    for (let y = y0; y < y1 && y < height; y++) {
      for (let x = x0; x < x1 && x < width; x++) {
        const at = 5 * (y * width + x);
        sums[at]! += ink * colour[0];
        sums[at + 1]! += ink * colour[1];
        sums[at + 2]! += ink * colour[2];
        sums[at + 3]! += ink;
        sums[at + 4]! += 1;
      }
    }
  });
  const image = context.createImageData(width, height);
  const one = grid.kind === 'filter' ? 1 : GAMMA;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = 5 * pixel;
    const cells = sums[at + 4]!;
    if (cells === 0) continue;
    const amount = sums[at + 3]!;
    const share = amount === 0 ? 0 : (amount / cells) ** one;
    for (let channel = 0; channel < 3; channel++) {
      const written = amount === 0 ? 0 : sums[at + channel]! / amount;
      image.data[4 * pixel + channel] =
        palette.dead[channel]! + share * (written - palette.dead[channel]!);
    }
    image.data[4 * pixel + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/**
 * Pictures as a canvas can draw them: every `Thumbnails` once, as squares on one canvas that stays off the page. The
 * last few are remembered by the object, so that following a live run, where the same ones are shown frame after
 * frame, costs nothing.
 */
import type { Thumbnails } from '../../lab/protocol.ts';

/** Edge of a picture in pixels. */
export const EDGE = 32;
const PLANE = EDGE * EDGE;

/** How many are remembered: what one moment shows, and the moment before. */
const REMEMBERED = 8;

export interface Atlas {
  readonly canvas: HTMLCanvasElement;
  /** Left and upper edge of picture `i` on it. */
  place(i: number): { readonly x: number; readonly y: number };
}

const remembered = new Map<Thumbnails, Atlas>();

/** Pictures `[n][3][32][32]` side by side as RGBA, `columns` of them to a row, into `into` ([32·rows][32·columns][4]). */
export function toRgba(
  pixels: Uint8Array,
  count: number,
  columns: number,
  into: Uint8ClampedArray,
): void {
  for (let i = 0; i < count; i++) {
    const left = EDGE * (i % columns);
    const top = EDGE * Math.floor(i / columns);
    for (let y = 0; y < EDGE; y++) {
      let from = 3 * PLANE * i + EDGE * y;
      let to = 4 * ((top + y) * EDGE * columns + left);
      for (let x = 0; x < EDGE; x++, from++, to += 4) {
        into[to] = pixels[from]!;
        into[to + 1] = pixels[from + PLANE]!;
        into[to + 2] = pixels[from + 2 * PLANE]!;
        into[to + 3] = 255;
      }
    }
  }
}

export function atlasOf(thumbnails: Thumbnails): Atlas {
  const known = remembered.get(thumbnails);
  if (known) {
    // Last in the map is last used.
    remembered.delete(thumbnails);
    remembered.set(thumbnails, known);
    return known;
  }
  const atlas = drawAtlas(thumbnails);
  remembered.set(thumbnails, atlas);
  for (const oldest of remembered.keys()) {
    if (remembered.size <= REMEMBERED) break;
    remembered.delete(oldest);
  }
  return atlas;
}

function drawAtlas({ images, pixels }: Thumbnails): Atlas {
  const count = images.length;
  const columns = Math.max(1, Math.ceil(Math.sqrt(count)));
  const canvas = document.createElement('canvas');
  canvas.width = EDGE * columns;
  canvas.height = EDGE * Math.max(1, Math.ceil(count / columns));
  const picture = new ImageData(canvas.width, canvas.height);
  toRgba(pixels, count, columns, picture.data);
  context2d(canvas)?.putImageData(picture, 0, 0);
  return {
    canvas,
    place: (i) => ({ x: EDGE * (i % columns), y: EDGE * Math.floor(i / columns) }),
  };
}

/** Kept in plain memory: these are drawn once, from bytes, and a trip to the GPU costs more than the drawing. */
export function context2d(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  return canvas.getContext('2d', { willReadFrequently: true });
}

/** Small pictures on a canvas: many of them side by side, without an element for each. */
import { IMAGE_BYTES } from '../../data/image-set.ts';
import { EDGE, toRgba } from '../view/thumbnail-atlas.ts';

/** Draws images `[3][32][32]` in rows of `columns`, each in its own size; the canvas is made to fit. */
export function paint(
  canvas: HTMLCanvasElement,
  images: readonly Uint8Array[],
  columns: number,
): void {
  const rows = Math.max(1, Math.ceil(images.length / columns));
  canvas.width = columns * EDGE;
  canvas.height = rows * EDGE;
  const context = canvas.getContext('2d')!;
  const tile = context.createImageData(EDGE, EDGE);
  images.forEach((image, n) => {
    if (image.length !== IMAGE_BYTES) throw new RangeError(`an image of ${image.length} bytes`);
    toRgba(image, 1, 1, tile.data);
    context.putImageData(tile, (n % columns) * EDGE, Math.floor(n / columns) * EDGE);
  });
}

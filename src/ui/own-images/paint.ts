/** Small pictures on a canvas: many of them side by side, without an element for each. */
import { IMAGE_BYTES } from './own-classes.ts';

const SIZE = 32;
const PLANE = SIZE * SIZE;

/** Draws images `[3][32][32]` in rows of `columns`, each in its own size; the canvas is made to fit. */
export function paint(
  canvas: HTMLCanvasElement,
  images: readonly Uint8Array[],
  columns: number,
): void {
  const rows = Math.max(1, Math.ceil(images.length / columns));
  canvas.width = columns * SIZE;
  canvas.height = rows * SIZE;
  const context = canvas.getContext('2d')!;
  const tile = context.createImageData(SIZE, SIZE);
  images.forEach((image, n) => {
    if (image.length !== IMAGE_BYTES) throw new RangeError(`an image of ${image.length} bytes`);
    for (let i = 0; i < PLANE; i++) {
      tile.data[4 * i] = image[i]!;
      tile.data[4 * i + 1] = image[PLANE + i]!;
      tile.data[4 * i + 2] = image[2 * PLANE + i]!;
      tile.data[4 * i + 3] = 255;
    }
    context.putImageData(tile, (n % columns) * SIZE, Math.floor(n / columns) * SIZE);
  });
}

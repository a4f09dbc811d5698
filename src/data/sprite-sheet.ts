/**
 * A sprite sheet: the images of one class as 32×32 tiles of a single picture, row by row, so that one
 * lossless WebP file holds a class. The build lays sheets out, the page takes them apart; both read
 * the geometry here. Everything else in the project has images as planes (`[n][3][32][32]`).
 */
import { IMAGE_BYTES, IMAGE_SIZE } from './image-set.ts';

const PLANE = IMAGE_SIZE * IMAGE_SIZE;

export interface SheetSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a sheet that holds `count` images, `columns` of them a row. */
export function sheetSize(count: number, columns: number): SheetSize {
  return { width: columns * IMAGE_SIZE, height: Math.ceil(count / columns) * IMAGE_SIZE };
}

/** Planes to a sheet of interleaved RGB, 3 bytes a pixel; tiles that hold no image are black. */
export function layOutSheet(planes: Uint8Array, columns: number): Uint8Array<ArrayBuffer> {
  const count = planes.length / IMAGE_BYTES;
  const { width, height } = sheetSize(count, columns);
  const pixels = new Uint8Array(width * height * 3);
  forEachRow(count, columns, (image, row, pixel) => {
    let to = pixel * 3;
    let from = image * IMAGE_BYTES + row * IMAGE_SIZE;
    for (let x = 0; x < IMAGE_SIZE; x++, from++) {
      pixels[to++] = planes[from]!;
      pixels[to++] = planes[from + PLANE]!;
      pixels[to++] = planes[from + 2 * PLANE]!;
    }
  });
  return pixels;
}

/** A sheet's pixels, of `channels` (3: RGB, 4: RGBA) bytes each, to the planes of its `count` images. */
export function takeApartSheet(
  pixels: Uint8Array | Uint8ClampedArray,
  channels: 3 | 4,
  columns: number,
  count: number,
): Uint8Array<ArrayBuffer> {
  const { width, height } = sheetSize(count, columns);
  if (pixels.length !== width * height * channels) {
    throw new RangeError(
      `a sheet of ${String(width)}×${String(height)} pixels has ${String(width * height * channels)} bytes, not ${String(pixels.length)}`,
    );
  }
  const planes = new Uint8Array(count * IMAGE_BYTES);
  forEachRow(count, columns, (image, row, pixel) => {
    let from = pixel * channels;
    let to = image * IMAGE_BYTES + row * IMAGE_SIZE;
    for (let x = 0; x < IMAGE_SIZE; x++, to++, from += channels) {
      planes[to] = pixels[from]!;
      planes[to + PLANE] = pixels[from + 1]!;
      planes[to + 2 * PLANE] = pixels[from + 2]!;
    }
  });
  return planes;
}

/** Visits each row of 32 pixels of each tile, with the index of its first pixel in the sheet. */
function forEachRow(
  count: number,
  columns: number,
  visit: (image: number, row: number, pixel: number) => void,
): void {
  const width = columns * IMAGE_SIZE;
  for (let image = 0; image < count; image++) {
    const left = (image % columns) * IMAGE_SIZE;
    const top = Math.floor(image / columns) * IMAGE_SIZE;
    for (let row = 0; row < IMAGE_SIZE; row++) visit(image, row, (top + row) * width + left);
  }
}

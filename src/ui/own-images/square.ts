/** The largest square in the middle of a picture, at 32×32: what the network sees of it. */
const SIZE = 32;
const PLANE = SIZE * SIZE;

/** `[3][32][32]` bytes: red, green and blue planes, rows first. The source is closed. */
export async function squareOf(source: ImageBitmap): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = source;
  const side = Math.min(width, height);
  const small = await createImageBitmap(
    source,
    Math.floor((width - side) / 2),
    Math.floor((height - side) / 2),
    side,
    side,
    { resizeWidth: SIZE, resizeHeight: SIZE, resizeQuality: 'high' },
  );
  source.close();
  const context = new OffscreenCanvas(SIZE, SIZE).getContext('2d', { willReadFrequently: true })!;
  // What is transparent shows white, as paper does.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, SIZE, SIZE);
  context.drawImage(small, 0, 0);
  small.close();
  const { data } = context.getImageData(0, 0, SIZE, SIZE);
  const planes = new Uint8Array(3 * PLANE);
  for (let i = 0; i < PLANE; i++) {
    for (let c = 0; c < 3; c++) planes[c * PLANE + i] = data[4 * i + c]!;
  }
  return planes;
}

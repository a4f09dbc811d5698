/**
 * The plain reference of augmentation: torchvision's RandomCrop(size, padding), then horizontal flip,
 * ToTensor and Normalize, with the random draws given. Padding is raw 0, black, before it is normalised.
 */

/** Where a crop starts in the padded image (0 … 2 · padding each way), and whether it is mirrored. */
export interface CropDraw {
  readonly down: number;
  readonly right: number;
  readonly flip: boolean;
}

export interface AugmentOptions {
  /** Edge of the image in pixels, before padding and after the crop. */
  readonly size: number;
  readonly padding: number;
  /** Per channel, in units of a pixel scaled to [0, 1]. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** x [N][C][size][size] of bytes of the same shape, one draw an image. */
export function augment(
  bytes: Uint8Array,
  draws: readonly CropDraw[],
  { size, padding, mean, std }: AugmentOptions,
): Float64Array {
  const channels = mean.length;
  return Float64Array.from({ length: draws.length * channels * size * size }, (_, i) => {
    const x = i % size;
    const y = Math.floor(i / size) % size;
    const plane = Math.floor(i / size ** 2);
    const { down, right, flip } = draws[Math.floor(plane / channels)]!;
    const fromY = y + down - padding;
    const fromX = (flip ? size - 1 - x : x) + right - padding;
    const inside = fromY >= 0 && fromY < size && fromX >= 0 && fromX < size;
    const byte = inside ? bytes[(plane * size + fromY) * size + fromX]! : 0;
    return (byte / 255 - mean[plane % channels]!) / std[plane % channels]!;
  });
}

/**
 * What the rest of the project knows of a data set: labelled 32×32 colour images, read a class at a
 * time. Every source (the CIFAR sprites, an official archive, the procedural set) is one of these.
 */

export type Split = 'train' | 'test';

/** Edge of an image in pixels, and bytes of one image: 3 planes (R, G, B) of 32×32, rows first. */
export const IMAGE_SIZE = 32;
export const IMAGE_BYTES = 3 * IMAGE_SIZE * IMAGE_SIZE;

export interface ImageSet {
  /** Registry name, as in a config: `cifar10`, `cifar100`, `shapes`, … */
  readonly name: string;
  /** For people: "CIFAR-10". */
  readonly title: string;
  /** Class names; the index is the label. */
  readonly classes: readonly string[];
  /** Per-channel mean and standard deviation, in units of a pixel scaled to [0, 1]. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** Whom to cite, or what a visitor should know of this set (that it stands in for another, say). */
  readonly notice: string;
  /** How many images of a class there are. */
  count(label: number, split: Split): number;
  /**
   * The first `limit` images of a class in the set's own order (fewer if the class has fewer),
   * as `[n][3][32][32]` bytes. Throws `DataError`.
   */
  load(label: number, split: Split, limit: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * The part that every image set shares: a source knows its facts, its counts and how to bring one
 * class; this makes an `ImageSet` of it, with the limit and the label handled in one place.
 */
import { IMAGE_BYTES, type ImageSet, type Split } from './image-set.ts';

/** What a set is, apart from its images and the names of its classes. */
export type SetFacts = Pick<ImageSet, 'name' | 'title' | 'mean' | 'std' | 'notice'>;

export interface ImageSource {
  readonly facts: SetFacts;
  readonly classes: readonly string[];
  /** Images of each class, by label. */
  readonly counts: Readonly<Record<Split, readonly number[]>>;
  /**
   * The images of a class in the set's own order, at least the first `wanted` of them, as
   * `[n][3][32][32]` bytes; they are copied before anybody else sees them. Throws `DataError`.
   */
  bring(label: number, split: Split, wanted: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** An `ImageSet` over a source. Its methods throw `RangeError` for a label or limit that cannot be. */
export function imageSet(source: ImageSource): ImageSet {
  const { facts, classes, counts } = source;
  const count = (label: number, split: Split): number => {
    const images = counts[split][label];
    if (images === undefined) {
      throw new RangeError(
        `${facts.title} has ${String(classes.length)} classes, none labelled ${String(label)}`,
      );
    }
    return images;
  };
  return {
    ...facts,
    classes,
    count,
    async load(label, split, limit) {
      if (!Number.isInteger(limit) || limit < 0) {
        throw new RangeError(`cannot load ${String(limit)} images`);
      }
      const wanted = Math.min(limit, count(label, split));
      const images = await source.bring(label, split, wanted);
      return images.slice(0, wanted * IMAGE_BYTES);
    },
  };
}

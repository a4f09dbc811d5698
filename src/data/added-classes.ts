/**
 * Classes of a visitor's own beside those of a data set: pictures that were dropped on the page or taken with the
 * camera, already cut to 32×32. They have the labels behind the set's own, and every fifth image is kept for testing.
 */
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type ImageSet, type Split } from './image-set.ts';

export interface AddedClass {
  readonly name: string;
  /** [n][3][32][32] */
  readonly images: Uint8Array<ArrayBuffer>;
}

/** Of so many images one is for testing. */
const TEST_EVERY = 5;
/** Fewest images of a class: one to test with, the others to train on. */
export const FEWEST_IMAGES = TEST_EVERY;

/** The set with `added` behind its classes. Throws `DataError` on a class of too few images, or of none. */
export function withAddedClasses(set: ImageSet, added: readonly AddedClass[]): ImageSet {
  if (added.length === 0) return set;
  for (const { name, images } of added) {
    if (images.length % IMAGE_BYTES !== 0 || images.length < FEWEST_IMAGES * IMAGE_BYTES) {
      throw new DataError({
        code: 'wrong-size',
        file: `your images of ${name}`,
        expected: `at least ${String(FEWEST_IMAGES)} images of 32×32`,
        found: String(Math.floor(images.length / IMAGE_BYTES)),
      });
    }
  }
  const own = (label: number): AddedClass | undefined => added[label - set.classes.length];
  const places = ({ images }: AddedClass, split: Split): number[] =>
    Array.from({ length: images.length / IMAGE_BYTES }, (_, i) => i).filter(
      (i) => (i % TEST_EVERY === TEST_EVERY - 1) === (split === 'test'),
    );
  return {
    ...set,
    classes: [...set.classes, ...added.map(({ name }) => name)],
    count(label, split) {
      const mine = own(label);
      return mine ? places(mine, split).length : set.count(label, split);
    },
    load(label, split, limit) {
      const mine = own(label);
      if (!mine) return set.load(label, split, limit);
      const chosen = places(mine, split).slice(0, limit);
      const images = new Uint8Array(chosen.length * IMAGE_BYTES);
      chosen.forEach((place, i) => {
        const at = place * IMAGE_BYTES;
        images.set(mine.images.subarray(at, at + IMAGE_BYTES), i * IMAGE_BYTES);
      });
      return Promise.resolve(images);
    },
  };
}

import { describe, expect, it } from 'vitest';
import { withAddedClasses } from '../../../src/data/added-classes.ts';
import { DataError } from '../../../src/data/data-error.ts';
import { IMAGE_BYTES } from '../../../src/data/image-set.ts';
import { shapes } from '../../../src/data/shapes.ts';

/** Image i of the class is filled with i + `first`. */
function pictures(count: number, first = 0): Uint8Array<ArrayBuffer> {
  const images = new Uint8Array(count * IMAGE_BYTES);
  for (let i = 0; i < count; i++) images.fill(first + i, i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
  return images;
}

const firstBytes = (images: Uint8Array): number[] =>
  Array.from({ length: images.length / IMAGE_BYTES }, (_, i) => images[i * IMAGE_BYTES]!);

describe('withAddedClasses', () => {
  const base = shapes();
  const set = withAddedClasses(base, [
    { name: 'mug', images: pictures(12) },
    { name: 'plant', images: pictures(5, 100) },
  ]);

  it('puts them behind the classes of the set', () => {
    expect(set.classes).toEqual([...base.classes, 'mug', 'plant']);
    expect(set.count(0, 'train')).toBe(base.count(0, 'train'));
  });

  it('tests with every fifth image and trains on the others', async () => {
    expect([set.count(10, 'train'), set.count(10, 'test')]).toEqual([10, 2]);
    expect(firstBytes(await set.load(10, 'test', 99))).toEqual([4, 9]);
    expect(firstBytes(await set.load(10, 'train', 99))).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 10, 11]);
    expect(firstBytes(await set.load(10, 'train', 3))).toEqual([0, 1, 2]);
    expect(firstBytes(await set.load(11, 'test', 99))).toEqual([104]);
  });

  it('leaves the classes of the set as they are', async () => {
    expect(await set.load(3, 'test', 2)).toEqual(await base.load(3, 'test', 2));
  });

  it('refuses a class of too few images in words', () => {
    const few = () => withAddedClasses(base, [{ name: 'mug', images: pictures(4) }]);
    expect(few).toThrow(DataError);
    expect(few).toThrow('your images of mug: expected at least 5 images of 32×32, found 4');
  });
});

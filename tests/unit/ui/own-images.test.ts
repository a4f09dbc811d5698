/** Which files make a class, and what a run is given of them. */
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { IMAGE_BYTES } from '../../../src/data/image-set.ts';
import { gatherFiles, GatherError, type ImageFile } from '../../../src/ui/own-images/gather.ts';
import {
  addedClasses,
  byFolder,
  freshName,
  imagesOf,
  lacking,
  MOST_CLASSES,
  MOST_OF_A_CLASS,
  withImages,
} from '../../../src/ui/own-images/own-classes.ts';

const file = (path: string): ImageFile => ({ path, blob: new Blob() });
const picture = (value: number): Uint8Array<ArrayBuffer> => new Uint8Array(IMAGE_BYTES).fill(value);
const pictures = (count: number) => Array.from({ length: count }, (_, i) => picture(i));

describe('byFolder', () => {
  it('takes the folder that a file lies in for its class', () => {
    const classes = byFolder([
      file('pets/dogs/10.jpg'),
      file('pets/cats/b.png'),
      file('pets/dogs/9.jpg'),
      file('loose.png'),
    ]);
    expect([...classes.keys()]).toEqual(['', 'cats', 'dogs']);
    expect(classes.get('dogs')!.map(({ path }) => path)).toEqual([
      'pets/dogs/9.jpg',
      'pets/dogs/10.jpg',
    ]);
  });
});

describe('withImages', () => {
  it('adds to the class of that name, or begins it', () => {
    const one = withImages([], 'mug', pictures(2));
    const two = withImages(one, 'plant', pictures(1));
    const more = withImages(two, 'mug', pictures(3));
    expect(more.map(({ name, images }) => [name, images.length])).toEqual([
      ['mug', 5],
      ['plant', 1],
    ]);
    expect(one[0]!.images).toHaveLength(2);
  });

  it('keeps no more than a class may have', () => {
    const [own] = withImages([], 'mug', pictures(MOST_OF_A_CLASS + 7));
    expect(own!.images).toHaveLength(MOST_OF_A_CLASS);
  });
});

it('counts what classes have taken, which may be fewer than they were given', () => {
  const more = withImages(withImages([], 'mug', pictures(MOST_OF_A_CLASS - 1)), 'mug', pictures(4));
  expect(imagesOf(more)).toBe(MOST_OF_A_CLASS);
  const full = Array.from({ length: MOST_CLASSES }, (_, i) => ({ name: `${i}`, images: [] }));
  expect(imagesOf(withImages(full, 'one more', pictures(3)))).toBe(0);
});

it('gives names that no class has', () => {
  const named = withImages(withImages([], 'Class 1', pictures(1)), 'Class 2', pictures(1));
  expect(freshName(named)).toBe('Class 3');
});

describe('addedClasses', () => {
  it('joins the images of every class that has enough', () => {
    const classes = withImages(withImages([], 'mug', pictures(5)), 'plant', pictures(4));
    expect(classes.map(lacking)).toEqual([null, '1 more image needed']);
    const added = addedClasses(classes);
    expect(added.map(({ name }) => name)).toEqual(['mug']);
    const { images } = added[0]!;
    expect(images).toHaveLength(5 * IMAGE_BYTES);
    expect([0, 1, 4].map((i) => images[i * IMAGE_BYTES + 99])).toEqual([0, 1, 4]);
  });
});

describe('gatherFiles', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it('opens archives and leaves out what is no picture', async () => {
    const archive = zipSync({
      'mugs/a.png': bytes('a'),
      'mugs/notes.txt': bytes('no'),
      '__MACOSX/mugs/._a.png': bytes('no'),
      'plants/b.jpg': bytes('bb'),
    });
    const found = await gatherFiles([
      new File([archive], 'mine.zip'),
      new File(['x'], 'c.webp'),
      new File(['x'], 'letter.pdf'),
    ]);
    expect(found.map(({ path }) => path)).toEqual(['mugs/a.png', 'plants/b.jpg', 'c.webp']);
    expect(await found[1]!.blob.text()).toBe('bb');
  });

  it('says that an archive cannot be read', async () => {
    const broken = gatherFiles([new File(['not a zip'], 'mine.zip')]);
    await expect(broken).rejects.toThrow(GatherError);
    await expect(broken).rejects.toThrow('mine.zip is no zip archive that can be read.');
  });
});

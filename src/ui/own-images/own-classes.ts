/** The visitor's classes while they are gathered: which files belong together, and what a class needs to be used. */
import { FEWEST_IMAGES } from '../../data/added-classes.ts';
import { IMAGE_BYTES } from '../../data/image-set.ts';
import type { AddedClass } from '../../lab/protocol.ts';
import type { ImageFile } from './gather.ts';

/** Images of a class that are used; as many as a class of the data set may have. */
export const MOST_OF_A_CLASS = 500;
export const MOST_CLASSES = 20;

export interface OwnClass {
  readonly name: string;
  /** Decoded images, `[3][32][32]` each. */
  readonly images: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * Files by class. The class of a file is the folder that it lies in. Files that lie in no folder make one class, which
 * has no name yet. Classes and files are in the order of their paths.
 */
export function byFolder(files: readonly ImageFile[]): ReadonlyMap<string, readonly ImageFile[]> {
  const sorted = [...files].sort((a, b) =>
    a.path.localeCompare(b.path, 'en', { numeric: true, sensitivity: 'base' }),
  );
  const classes = new Map<string, ImageFile[]>();
  for (const file of sorted) {
    const name = file.path.split('/').at(-2) ?? '';
    const group = classes.get(name);
    if (group) group.push(file);
    else classes.set(name, [file]);
  }
  return classes;
}

/** The classes with `images` added to the one of that name, which is begun where there is none. */
export function withImages(
  classes: readonly OwnClass[],
  name: string,
  images: readonly Uint8Array<ArrayBuffer>[],
): readonly OwnClass[] {
  const add = (known: OwnClass): OwnClass => ({
    name,
    images: [...known.images, ...images].slice(0, MOST_OF_A_CLASS),
  });
  if (!classes.some((each) => each.name === name)) {
    return [...classes, add({ name, images: [] })].slice(0, MOST_CLASSES);
  }
  return classes.map((each) => (each.name === name ? add(each) : each));
}

/** Images of all classes together. */
export function imagesOf(classes: readonly OwnClass[]): number {
  return classes.reduce((sum, { images }) => sum + images.length, 0);
}

/** A name that no class has yet: "Class 1", "Class 2", … */
export function freshName(classes: readonly OwnClass[]): string {
  for (let n = 1; ; n++) {
    const name = `Class ${n}`;
    if (!classes.some((each) => each.name === name)) return name;
  }
}

/** Why a class cannot be trained on yet; null where it can. */
export function lacking({ images }: OwnClass): string | null {
  const missing = FEWEST_IMAGES - images.length;
  if (missing <= 0) return null;
  return `${missing} more ${missing === 1 ? 'image' : 'images'} needed`;
}

/** What a run is given: the classes that can be trained on. */
export function addedClasses(classes: readonly OwnClass[]): readonly AddedClass[] {
  return classes
    .filter((each) => lacking(each) === null)
    .map(({ name, images }) => {
      const joined = new Uint8Array(images.length * IMAGE_BYTES);
      images.forEach((image, i) => {
        joined.set(image, i * IMAGE_BYTES);
      });
      return { name, images: joined };
    });
}

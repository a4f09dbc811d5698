/**
 * Small pictures for a person to see: which of many images are shown, and how they are brought from the GPU. A
 * choice is the same every time, so that two pictures of the same images are equal.
 */
import type { ImageStore } from '../../../continual/buffer/image-store.ts';
import type { Gpu } from '../../../gpu/device.ts';
import { readRanges } from '../../../gpu/readback.ts';
import type { Thumbnails } from '../../protocol.ts';

/** `most` of the numbers from 0 to `count` − 1, ascending and evenly spread; all where there are no more. */
export function spread(count: number, most: number): Uint32Array<ArrayBuffer> {
  const taken = Math.min(count, most);
  return Uint32Array.from({ length: taken }, (_, i) => Math.floor((i * count) / taken));
}

/**
 * `most` of `images`, ascending: as many of each class as of any other as far as they go, and of each evenly spread.
 * `targets` has the class of every image.
 */
export function acrossClasses(
  images: Uint32Array,
  targets: ArrayLike<number>,
  most: number,
): Uint32Array<ArrayBuffer> {
  const classes = new Map<number, number[]>();
  for (const image of images) {
    const of = classes.get(targets[image]!);
    if (of) of.push(image);
    else classes.set(targets[image]!, [image]);
  }
  // The smallest first: what it leaves of its share falls to the others.
  const groups = [...classes.values()].sort((a, b) => a.length - b.length);
  const chosen: number[] = [];
  groups.forEach((group, i) => {
    const share = Math.ceil((most - chosen.length) / (groups.length - i));
    for (const at of spread(group.length, share)) chosen.push(group[at]!);
  });
  return Uint32Array.from(chosen).sort();
}

/** Pictures of `images` as they are at this point of the queue; `headOf` an image of the store. */
export async function thumbnails(
  gpu: Gpu,
  store: ImageStore,
  images: Uint32Array<ArrayBuffer>,
  headOf: (image: number) => number,
): Promise<Thumbnails> {
  const heads = Uint16Array.from(images, headOf);
  const pixels = await readRanges(
    gpu,
    Array.from(images, (image) => store.range(image)),
  );
  return { images, heads, pixels: new Uint8Array(pixels) };
}

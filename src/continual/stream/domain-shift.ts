/**
 * Streams whose tasks have the same classes and other pictures of them: domain-incremental learning. Pixels are
 * rearranged, in one order a task (permuted MNIST; Goodfellow et al., 2014, Kirkpatrick et al., PNAS 2017), or images
 * are turned, by one angle a task (rotated MNIST; Lopez-Paz and Ranzato, *Gradient Episodic Memory*, NeurIPS 2017).
 * The changed set has one label for every pair of a task and a class, so that code which loads images by label works on
 * it as on any other; `stream.ts` says which output such a label belongs to.
 */
import { IMAGE_BYTES, IMAGE_SIZE, type ImageSet } from '../../data/image-set.ts';
import { hashU32, RandomStream, STREAM } from '../../gpu/rng.ts';
import type { StreamKind } from './stream.ts';

/** Angles go from 0 to below this, equally far apart: a stream of ten turns by 0, 18, 36, … degrees. */
const TURN = 180;
const PLANE = IMAGE_SIZE * IMAGE_SIZE;

/** Degrees by which task `task` of `tasks` is turned, anticlockwise. */
export const angleOf = (task: number, tasks: number): number => (TURN * task) / tasks;

/** What becomes of each image of a task, `[3][32][32]` bytes in and out. */
type Change = (from: Uint8Array, to: Uint8Array) => void;

/**
 * The set with label t · classes + k for class k as task t shows it. `split` gives the set itself. The first task
 * of `rotated` shows the set as it is; each task of `permuted` has an order of its own, the first too.
 */
export function shiftedSet(set: ImageSet, kind: StreamKind, tasks: number, seed: number): ImageSet {
  if (kind === 'split') return set;
  const classes = set.classes.length;
  const changes = Array.from({ length: tasks }, (_, task) =>
    kind === 'permuted' ? permute(pixelOrder(seed, task)) : rotate(angleOf(task, tasks)),
  );
  const about = (task: number): string =>
    kind === 'permuted'
      ? `pixels in order ${String(task + 1)}`
      : `turned by ${String(Math.round(angleOf(task, tasks)))}°`;
  return {
    ...set,
    classes: Array.from(
      { length: tasks * classes },
      (_, label) => `${set.classes[label % classes]!}, ${about(Math.floor(label / classes))}`,
    ),
    count: (label, split) => set.count(label % classes, split),
    async load(label, split, limit) {
      const images = await set.load(label % classes, split, limit);
      const change = changes[Math.floor(label / classes)]!;
      const shown = new Uint8Array(images.length);
      for (let at = 0; at < images.length; at += IMAGE_BYTES) {
        change(images.subarray(at, at + IMAGE_BYTES), shown.subarray(at, at + IMAGE_BYTES));
      }
      return shown;
    },
  };
}

/** Where each pixel of a task's images comes from; a key of its own a task, as for epochs. */
export function pixelOrder(seed: number, task: number): Uint32Array {
  // A counter that no epoch reaches, in the stream that shuffles.
  const key = hashU32(seed, STREAM.shuffle, 0xffff_0000 + task);
  return new RandomStream(key, STREAM.shuffle).permutation(PLANE);
}

/** The same order for all three colours, so that a pixel keeps its own. */
function permute(order: Uint32Array): Change {
  return (from, to) => {
    for (let c = 0; c < 3; c++) {
      for (let i = 0; i < PLANE; i++) to[c * PLANE + i] = from[c * PLANE + order[i]!]!;
    }
  };
}

/** Turns an image about its middle, bilinearly; what comes from outside is black, as in torchvision. */
function rotate(degrees: number): Change {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const middle = (IMAGE_SIZE - 1) / 2;
  return (from, to) => {
    for (let y = 0, at = 0; y < IMAGE_SIZE; y++) {
      for (let x = 0; x < IMAGE_SIZE; x++, at++) {
        // Rows grow downwards, so an anticlockwise turn looks up its source clockwise.
        const sx = middle + cos * (x - middle) - sin * (y - middle);
        const sy = middle + sin * (x - middle) + cos * (y - middle);
        for (let c = 0; c < 3; c++) to[c * PLANE + at] = sample(from, c, sx, sy);
      }
    }
  };
}

function sample(image: Uint8Array, channel: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  let value = 0;
  for (const [dx, dy] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    const [px, py] = [left + dx, top + dy];
    if (px < 0 || py < 0 || px >= IMAGE_SIZE || py >= IMAGE_SIZE) continue;
    const share = (1 - Math.abs(x - px)) * (1 - Math.abs(y - py));
    value += share * image[channel * PLANE + py * IMAGE_SIZE + px]!;
  }
  return Math.round(value);
}

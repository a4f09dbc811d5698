/** Images of nothing, for timing a step of a run whose data nobody has opened. */
import type { OpenedSet } from '../../../data/registry.ts';
import { IMAGE_BYTES, type ImageSet } from '../../../data/image-set.ts';
import { hashU32 } from '../../../gpu/rng.ts';

/** A stream of the counter RNG that nothing else reads. */
const NOISE_STREAM = 0x6e6f6973;

/** `classes` classes of uniform noise, `perClass` images each, the same every time. */
export function noiseSet(name: string, classes: number, perClass: number): OpenedSet {
  const set: ImageSet = {
    name,
    title: 'Noise',
    classes: Array.from({ length: classes }, (_, label) => `noise ${label}`),
    mean: [0.5, 0.5, 0.5],
    std: [0.29, 0.29, 0.29],
    notice: 'Noise has no author.',
    count: () => perClass,
    load: (label, split, limit) => {
      const seed = 2 * label + (split === 'test' ? 1 : 0);
      const words = (Math.min(limit, perClass) * IMAGE_BYTES) / 4;
      const noise = Uint32Array.from({ length: words }, (_, i) => hashU32(seed, NOISE_STREAM, i));
      return Promise.resolve(new Uint8Array(noise.buffer));
    },
  };
  return { set, notice: null };
}

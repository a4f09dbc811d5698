/** How the bits of the shared hash become a crop and a flip, written down a second time for the tests. */
import { hashU32, STREAM } from '../../src/gpu/rng.ts';
import type { CropDraw } from '../reference/plain/augment.ts';

/**
 * The draw of row `row` of `rows` in step `step`: bit 0 flips, bits 1 … 15 shift along a line, bits 16 … 31
 * between lines, both over the nine offsets that 4 pixels of padding leave.
 */
export function drawOf(seed: number, step: number, rows: number, row: number): CropDraw {
  const bits = hashU32(seed, STREAM.augment, step * rows + row);
  return {
    flip: (bits & 1) === 1,
    right: Math.floor((((bits >>> 1) & 0x7fff) * 9) / 0x8000),
    down: Math.floor(((bits >>> 16) * 9) / 0x10000),
  };
}

/**
 * The plain reference of block scores in float64, from weights in PyTorch's order: every weight finds its
 * block, every block takes the mean over the weights that found it.
 */
import type { BlockGrid } from '../../../src/sparse/layouts/block/block-grid.ts';

/** [blocks] mean |x| (`l1`) or √(mean x²) (`l2`) of each block of weights [Co, Ci, kh, kw]. */
export function blockScores(
  { outChannels, inChannels, taps, rows, columns, blockColumns, blocks }: BlockGrid,
  weights: ArrayLike<number>,
  norm: 'l1' | 'l2',
): Float64Array {
  const sums = new Float64Array(blocks);
  const counts = new Float64Array(blocks);
  let weight = 0;
  for (let o = 0; o < outChannels; o++) {
    for (let i = 0; i < inChannels; i++) {
      for (let tap = 0; tap < taps; tap++) {
        const line = Math.floor(o / rows) * taps + tap;
        const block = line * blockColumns + Math.floor(i / columns);
        const x = weights[weight++]!;
        sums[block]! += norm === 'l1' ? Math.abs(x) : x * x;
        counts[block]!++;
      }
    }
  }
  return sums.map((sum, block) => {
    const mean = sum / counts[block]!;
    return norm === 'l1' ? mean : Math.sqrt(mean);
  });
}

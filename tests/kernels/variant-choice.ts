/**
 * The kernel variants of this device, chosen by name, and weights to try them on: what the tests of variants share. A
 * variant that does not fit a layer leaves it to the default, so it is counted what each of them did.
 */
import { hashU32 } from '../../src/gpu/rng.ts';
import {
  available,
  GRADIENT_VARIANTS,
  nativeOf,
  TILE_VARIANTS,
  variantsFor,
  type VariantChoice,
} from '../../src/nn/compile/variants.ts';
import type { WeightLayout } from '../../src/nn/compile/weight-layout.ts';
import { denseLayout } from '../../src/nn/convolution/dense-layout.ts';
import { blockGrid } from '../../src/sparse/layouts/block/block-grid.ts';
import { liveAt } from '../../src/sparse/budget.ts';
import { buildLists } from '../../src/sparse/layouts/block/block-lists.ts';
import { blockLayout } from '../../src/sparse/layouts/block/layout.ts';
import { ROLE_STREAM, uniformTensor, type Role } from '../reference/inputs.ts';
import { gpu } from './engine.ts';

export const device = await gpu();
const plainly = (names: Iterable<string>, pass: 'forward' | 'weight-gradient') =>
  [...names]
    .filter((name) => nativeOf(name) !== undefined || !name.endsWith(', f16'))
    .filter((name) => available(device, { pass }, name));
export const TILES = plainly(TILE_VARIANTS.keys(), 'forward');
export const GRADIENTS = plainly(GRADIENT_VARIANTS.keys(), 'weight-gradient');

export type Pair = Readonly<Record<'tile' | 'gradient', string>>;

/** Every variant of both tables at least once. */
export const PAIRS: readonly Pair[] = Array.from(
  { length: Math.max(TILES.length, GRADIENTS.length) },
  (_, i) => ({
    tile: TILES[i % TILES.length]!,
    gradient: GRADIENTS[i % GRADIENTS.length]!,
  }),
);

/** How often each variant did each pass. */
export const done = new Map<string, number>();

export function choose(tile: string, gradient: string): VariantChoice {
  return (use) => {
    const name = use.pass === 'weight-gradient' ? gradient : tile;
    if (variantsFor(use).includes(name)) {
      const what = `${use.pass} by ${name}, ${use.block ? 'blocks' : 'dense'}`;
      done.set(what, (done.get(what) ?? 0) + 1);
    }
    return name;
  };
}

export const draw = (role: Role, size: number, seed = 1) =>
  uniformTensor(seed, ROLE_STREAM[role], size);

export type Weights = 'dense' | readonly [rows: number, columns: number];

/** Half of the blocks live, by a hash; the layout, its lists, and a mask of the weights in PyTorch's order. */
export function weightsOf(
  weights: Weights,
  outputs: number,
  inputs: number,
  kernel: 1 | 3,
  seed: number,
) {
  const taps = kernel * kernel;
  const count = outputs * inputs * taps;
  if (weights === 'dense') {
    return { layout: denseLayout, lists: undefined, mask: new Float32Array(count).fill(1) };
  }
  const [rows, columns] = weights;
  const shape = { outChannels: outputs, inChannels: inputs, kernel, stride: 1, pad: 0 } as const;
  const grid = blockGrid(shape, { rows, columns }, (blocks) => liveAt(0.5, blocks));
  const chosen = Array.from({ length: grid.blocks }, (_, i) => i)
    .sort((a, b) => hashU32(seed, 77, a) - hashU32(seed, 77, b))
    .slice(0, grid.capacity);
  const live = new Set(chosen);
  const mask = Float32Array.from({ length: count }, (_, at) => {
    const i = Math.floor(at / taps) % inputs;
    const o = Math.floor(at / taps / inputs);
    const r = Math.floor(o / rows) * taps + (at % taps);
    return live.has(r * grid.blockColumns + Math.floor(i / columns)) ? 1 : 0;
  });
  const layout: WeightLayout = blockLayout({ rows, columns, sparsity: 0.5 });
  return { layout, lists: buildLists(grid, chosen), mask };
}

export const WEIGHTS: readonly Weights[] = [
  'dense',
  [16, 16],
  [32, 32],
  [8, 8],
  [16, 32],
  [32, 8],
  [8, 4],
];

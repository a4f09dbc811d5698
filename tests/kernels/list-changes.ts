/**
 * Lists of sparse weights after a change of mask that is drawn here: a quarter of what lives goes, and as much comes.
 */
import { hashU32 } from '../../src/gpu/rng.ts';
import type { Parameter } from '../../src/nn/tensor/parameter.ts';
import type { ConvolutionShape } from '../../src/nn/compile/weight-layout.ts';
import { liveAt } from '../../src/sparse/budget.ts';
import { blockGrid } from '../../src/sparse/layouts/block/block-grid.ts';
import {
  buildLists,
  listOffsets,
  NONE,
  reassignSlots,
} from '../../src/sparse/layouts/block/block-lists.ts';
import { swapChannels, withChannels } from '../../src/sparse/layouts/channel/channel-lists.ts';
import { randomPattern } from '../../src/sparse/layouts/pattern/kernel-patterns.ts';
import {
  buildPatternLists,
  liveKernels,
  patternGrid,
  patternOffsets,
} from '../../src/sparse/layouts/pattern/pattern-lists.ts';
import { unstructuredMask } from '../../src/sparse/layouts/unstructured/layout.ts';

export const SPARSE = ['block', 'pattern', 'channel', 'unstructured'] as const;
export type SparseName = (typeof SPARSE)[number];

export const BLOCK = { rows: 4, columns: 2 } as const;
export const SPARSITY = 0.6;

/** 1 for each live entry, in PyTorch's order. */
export function maskOf(parameter: Parameter, lists: Uint32Array | undefined): Float32Array {
  const entries = parameter.shape.reduce((product, extent) => product * extent, 1);
  return parameter.unpack(parameter.pack(new Float32Array(entries).fill(1), lists), lists);
}

/** What of `all` numbers lives after a quarter of the live ones has died and as many others live, seeded. */
function changed(all: number, live: ReadonlySet<number>, seed: number): Set<number> {
  const order = Array.from({ length: all }, (_, i) => i).sort(
    (a, b) => hashU32(seed, 79, a) - hashU32(seed, 79, b),
  );
  const others = order.filter((i) => !live.has(i));
  const count = Math.min(Math.ceil(live.size / 4), others.length);
  const dropped = new Set(order.filter((i) => live.has(i)).slice(0, count));
  return new Set([...[...live].filter((i) => !dropped.has(i)), ...others.slice(0, count)]);
}

const shapeOf = ({ shape }: Parameter): ConvolutionShape => {
  const [outChannels, inChannels] = [shape[0]!, shape[1]!];
  const kernel = shape[2] === 3 ? 3 : 1;
  return { outChannels, inChannels, kernel, stride: 1, pad: kernel === 3 ? 1 : 0 };
};

const liveOf = (slots: ArrayLike<number>) =>
  new Set(Array.from(slots).filter((number) => number !== NONE));

/** New lists of one parameter; the channel layout's go by tensors. */
const CHANGES: Readonly<
  Record<
    Exclude<SparseName, 'channel'>,
    (parameter: Parameter, lists: Uint32Array, seed: number) => Uint32Array
  >
> = {
  unstructured: (parameter, lists, seed) => {
    const mask = maskOf(parameter, lists);
    const live = new Set(Array.from(mask.keys()).filter((i) => mask[i] === 1));
    const next = changed(mask.length, live, seed);
    return unstructuredMask(
      shapeOf(parameter),
      mask.map((_, i) => (next.has(i) ? 1 : 0)),
    );
  },
  block: (parameter, lists, seed) => {
    const grid = blockGrid(shapeOf(parameter), BLOCK, (blocks) => liveAt(SPARSITY, blocks));
    const { blockOfSlot } = listOffsets(grid);
    const slots = lists.subarray(blockOfSlot, blockOfSlot + grid.capacity);
    const next = changed(grid.blocks, liveOf(slots), seed);
    return buildLists(
      grid,
      reassignSlots(grid, slots, (block) => next.has(block)),
    );
  },
  pattern: (parameter, lists, seed) => {
    const shape = shapeOf(parameter);
    const grid = patternGrid(shape, liveKernels(SPARSITY, shape));
    const { blockOfSlot, patternOfSlot } = patternOffsets(grid);
    const slots = lists.subarray(blockOfSlot, blockOfSlot + grid.capacity);
    const next = changed(grid.blocks, liveOf(slots), seed);
    const kernels = reassignSlots(grid, slots, (kernel) => next.has(kernel));
    const patterns = kernels.map((kernel, slot) =>
      kernel === slots[slot]
        ? lists[patternOfSlot + slot]!
        : randomPattern(parameter.name, seed, kernel),
    );
    return buildPatternLists(grid, kernels, patterns);
  },
};

/** New lists of every parameter whose lists change. */
export function nextLists(
  name: SparseName,
  parameters: readonly Parameter[],
  present: ReadonlyMap<string, Uint32Array>,
  seed: number,
): Map<string, Uint32Array> {
  const next = new Map<string, Uint32Array>(present);
  if (name !== 'channel') {
    for (const parameter of parameters.filter(({ lists }) => lists)) {
      next.set(parameter.name, CHANGES[name](parameter, present.get(parameter.name)!, seed));
    }
    return next;
  }
  const subsets = new Map(
    parameters.flatMap((parameter) =>
      parameter.subsets.map(({ subset, at }) => {
        const lists = present.get(parameter.name)!;
        return [subset.name, { subset, list: lists.slice(at, at + subset.live) }] as const;
      }),
    ),
  );
  for (const [layer, { subset, list }] of subsets) {
    const live = new Set(list);
    const wanted = changed(subset.of, live, seed);
    const dropped = [...live].filter((channel) => !wanted.has(channel));
    const grown = [...wanted].filter((channel) => !live.has(channel));
    const swapped = swapChannels(list, dropped, grown);
    for (const parameter of parameters) {
      const lists = next.get(parameter.name);
      const moved = lists && withChannels(parameter, lists, layer, swapped);
      if (moved) next.set(parameter.name, moved);
    }
  }
  return next;
}

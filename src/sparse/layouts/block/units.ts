/** Blocks that come and go: each is rows × columns weights at one tap, fewer where channels are ragged. */
import type { Parameter } from '../../../nn/tensor/parameter.ts';
import type { ConvolutionShape } from '../../../nn/compile/weight-layout.ts';
import { liveBlocks } from './block-grid.ts';
import { buildLists, listOffsets, NONE, reassignSlots } from './block-lists.ts';
import { changeOfLists } from '../../mask/reassigned-slots.ts';
import { meanByUnit, type MaskUnits } from '../../mask/mask-units.ts';
import { blockGridOf, type BlockLayoutOptions } from './layout.ts';

/** The blocks of a layer's weights, which are stored by these options. */
export function blockUnits(
  name: string,
  shape: ConvolutionShape,
  weight: Parameter,
  options: BlockLayoutOptions,
): MaskUnits {
  const grid = blockGridOf(shape, options);
  const { rows, columns, taps, inChannels, blockColumns, blocks, capacity } = grid;
  const at = listOffsets(grid);
  const blockOf = (entry: number): number => {
    const tap = entry % taps;
    const rest = (entry - tap) / taps;
    const i = rest % inChannels;
    const o = (rest - i) / inChannels;
    return (Math.floor(o / rows) * taps + tap) * blockColumns + Math.floor(i / columns);
  };
  const relisted = (lists: Uint32Array, wanted: (block: number) => boolean) =>
    buildLists(
      grid,
      reassignSlots(grid, lists.subarray(at.blockOfSlot, at.blockOfSlot + capacity), wanted),
    );
  const liveIn = (lists: Uint32Array): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(lists.subarray(at.slotOfBlock, at.slotOfBlock + blocks), (slot) =>
      slot === NONE ? 0 : 1,
    );

  return {
    name,
    count: blocks,
    grid: {
      kind: 'block',
      taps,
      rows: grid.blockRows,
      columns: blockColumns,
      strides: [blockColumns, taps * blockColumns, 1],
      extent: [rows, columns],
    },
    groups: 1,
    groupOf: () => 0,
    weights: [weight],
    parameters: [weight],
    unitsAt: (density) => liveBlocks(1 - density, blocks),
    live: (lists) => liveIn(lists(weight.name)),
    scores: (magnitudes) => meanByUnit(blocks, magnitudes(weight.name), blockOf),
    start: (units) => new Map([[weight.name, buildLists(grid, units)]]),
    change: (lists, dropped, grown) => {
      const before = lists(weight.name);
      const live = liveIn(before);
      for (const block of dropped) live[block] = 0;
      const between = relisted(before, (block) => live[block] === 1);
      for (const block of grown) live[block] = 1;
      return [changeOfLists(weight, [before, between, relisted(between, (b) => live[b] === 1)])];
    },
  };
}

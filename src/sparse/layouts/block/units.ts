/** Blocks that come and go: each is rows × columns weights at one tap, fewer where channels are ragged. */
import type { Parameter } from '../../../nn/tensor/parameter.ts';
import type { ConvolutionShape } from '../../../nn/compile/weight-layout.ts';
import { liveAt } from '../../budget.ts';
import { buildLists, liveBlocks, relist } from './block-lists.ts';
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
  const { rows, columns, taps, inChannels, blockColumns, blocks } = grid;
  const blockOf = (entry: number): number => {
    const tap = entry % taps;
    const rest = (entry - tap) / taps;
    const i = rest % inChannels;
    const o = (rest - i) / inChannels;
    return (Math.floor(o / rows) * taps + tap) * blockColumns + Math.floor(i / columns);
  };
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
    unitsAt: (density) => liveAt(1 - density, blocks),
    live: (lists) => liveBlocks(grid, lists(weight.name)),
    scores: (magnitudes) => meanByUnit(blocks, magnitudes(weight.name), blockOf),
    start: (units) => new Map([[weight.name, buildLists(grid, units)]]),
    change: (lists, dropped, grown) => {
      const before = lists(weight.name);
      const live = liveBlocks(grid, before);
      for (const block of dropped) live[block] = 0;
      const between = relist(grid, before, live);
      for (const block of grown) live[block] = 1;
      return [changeOfLists(weight, [before, between, relist(grid, between, live)])];
    },
  };
}

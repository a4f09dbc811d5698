/**
 * Block-sparse weights: only live blocks are stored, read and multiplied, forward and backward. A slot of
 * the storage is [columns][rows], output channels innermost as in the dense layout; which block has which
 * slot is in the index lists (`block-lists.ts`), so dropping and growing never moves a weight.
 */
import './shaders.ts';
import { emitTile, tileChannels } from '../../../nn/convolution/convolution-tile.ts';
import { denseLayout } from '../../../nn/convolution/dense-layout.ts';
import { emitWeightGradient } from '../../../nn/convolution/weight-gradient.ts';
import { chosenPlaces, wantsDenseGradient } from '../../../nn/compile/gradient-scope.ts';
import {
  convolutionMacs,
  type Convolution,
  type ConvolutionShape,
  type WeightLayout,
} from '../../../nn/compile/weight-layout.ts';
import { blockGrid, type BlockGrid, type BlockShape } from './block-grid.ts';
import { liveAt } from '../../budget.ts';
import { buildLists, eachStored, listOffsets } from './block-lists.ts';
import { randomUnits } from '../../mask/random-units.ts';

export interface BlockLayoutOptions extends BlockShape {
  /** Share of blocks that are not live at first, in [0, 1). */
  readonly sparsity: number;
  /** Share of blocks that there is room for: the (soft) memory bound. As many as live at first if left out. */
  readonly room?: number;
}

/** The blocks of a layer and the room for them. Throws `RangeError` on blocks that no kernel has. */
export function blockGridOf(
  shape: ConvolutionShape,
  { rows, columns, sparsity, room }: BlockLayoutOptions,
): BlockGrid {
  return blockGrid(shape, { rows, columns }, (blocks) =>
    Math.max(liveAt(sparsity, blocks), liveAt(1 - (room ?? 0), blocks)),
  );
}

/** Its functions throw `RangeError` on blocks that no kernel has. */
export function blockLayout({ rows, columns, sparsity, room }: BlockLayoutOptions): WeightLayout {
  const gridOf = (shape: ConvolutionShape): BlockGrid =>
    blockGridOf(shape, { rows, columns, sparsity, ...(room !== undefined && { room }) });
  const slot = rows * columns;
  /** Output and input channels of a tile of the weights' gradient. */
  const outs = Math.min(8, rows);
  const ins = Math.min(8, columns);
  const narrow = columns < 4;
  /**
   * Of the blocks that live at first, or of `most`. By achieved density, so that small blocks at ragged edges count
   * as what they are on the average.
   */
  const work = (convolution: Convolution, batch: number, most?: number) => {
    const { blocks, capacity } = gridOf(convolution.shape);
    const bound = most ?? capacity;
    const units = Math.min(bound, liveAt(sparsity, blocks));
    return {
      macs: (convolutionMacs(convolution) * batch * units) / blocks,
      mask: { layer: convolution.name, units, most: bound },
    };
  };

  const layout: WeightLayout = {
    name: `block ${rows}×${columns}`,

    storage: (shape) => Math.ceil((gridOf(shape).capacity * slot) / 32) * 32,

    lists: (shape, name) => {
      const grid = gridOf(shape);
      return {
        words: listOffsets(grid).words,
        initial: (seed) =>
          buildLists(grid, randomUnits(name, seed, grid.blocks, liveAt(sparsity, grid.blocks))),
        live: (lists) => {
          const mask = new Uint32Array(layout.storage(shape) / 32);
          eachStored(grid, lists, (_, at) => {
            mask[at >> 5]! |= 1 << (at & 31);
          });
          return mask;
        },
      };
    },

    pack: (shape, values, lists) => {
      const stored = new Float32Array(layout.storage(shape));
      eachStored(gridOf(shape), lists, (canonical, at) => {
        stored[at] = values[canonical]!;
      });
      return stored;
    },

    unpack: (shape, stored, lists) => {
      const { outChannels, inChannels, kernel } = shape;
      const values = new Float32Array(outChannels * inChannels * kernel * kernel);
      eachStored(gridOf(shape), lists, (canonical, at) => {
        values[canonical] = stored[at]!;
      });
      return values;
    },

    forward: (emit, convolution) => {
      const { name, shape, input, output, weight, bias } = convolution;
      const at = listOffsets(gridOf(shape));
      const lists = emit.store.listsAt(weight.name);
      emitTile(emit, {
        label: `${name} forward`,
        kind: 'forward',
        ...work(convolution, emit.rows),
        shape,
        from: input,
        to: output,
        weights: {
          buffer: emit.store.parameters,
          at: emit.store.at(weight.name) / 4,
          row: rows / 4,
          blocks: {
            lists: emit.store.lists!,
            startsAt: lists + at.rowStart,
            entriesAt: lists + at.rowEntries,
            outs: rows,
            ins: columns,
          },
        },
        biasAt: bias && emit.store.at(bias.name) / 4,
        accumulate: 0,
        channels: Math.min(rows, tileChannels(rows)),
      });
    },

    inputGradient: (emit, convolution) => {
      const { name, shape, input, output, weight } = convolution;
      const grid = gridOf(shape);
      const at = listOffsets(grid);
      const lists = emit.store.listsAt(weight.name);
      const transposed = emit.scratch(`${name} transposed blocks`, grid.capacity * slot * 4);
      const vector = narrow ? 1 : 4;
      emit.dispatch({
        label: `${name} transpose`,
        kind: 'input-gradient',
        kernel: 'transpose_blocks',
        defines: { NARROW: narrow ? 1 : 0 },
        parameters: {
          slots: grid.capacity,
          block_out: rows,
          block_in: columns,
          weights_at: emit.store.at(weight.name) / vector,
        },
        buffers: { weights: emit.store.parameters, result: transposed },
        invocations: (grid.capacity * slot) / (vector * vector),
      });
      emitTile(emit, {
        label: `${name} input gradient`,
        kind: 'input-gradient',
        ...work(convolution, emit.rows),
        shape,
        from: output,
        to: input,
        weights: {
          buffer: transposed,
          at: 0,
          row: columns / vector,
          blocks: {
            lists: emit.store.lists!,
            startsAt: lists + at.columnStart,
            entriesAt: lists + at.columnEntries,
            outs: columns,
            ins: rows,
          },
        },
        biasAt: null,
        accumulate: emit.accumulates(input),
        channels: Math.min(columns, tileChannels(columns)),
      });
    },

    weightGradient: (emit, convolution) => {
      const { shape, weight } = convolution;
      if (wantsDenseGradient(emit, weight, denseLayout.storage(shape))) {
        denseLayout.weightGradient(emit, convolution);
        return;
      }
      const grid = gridOf(shape);
      const chosen = chosenPlaces(emit, weight, {
        places: grid.capacity,
        floats: slot,
        of: grid.blocks,
        listed: true,
      });
      const slots = chosen?.count ?? grid.capacity;
      emitWeightGradient(emit, convolution, {
        ...work(convolution, emit.rows, slots),
        channels: outs,
        inputs: ins,
        outTiles: rows / outs,
        inTiles: columns / ins,
        at: emit.store.at(weight.name) / 4,
        length: (slots * slot) / 4,
        row: rows / 4,
        blocks: {
          lists: emit.store.lists!,
          blocksAt: emit.store.listsAt(weight.name) + listOffsets(grid).blockOfSlot,
          slots,
          columns: grid.blockColumns,
          outs: rows,
          ins: columns,
        },
        chosen,
      });
    },
  };
  return layout;
}

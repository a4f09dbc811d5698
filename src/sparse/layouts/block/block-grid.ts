/**
 * How a weight [Co, Ci, kh, kw] falls into blocks: `rows` output channels × `columns` input channels at one
 * tap, so that leaving one out of the sum is exact. Blocks at the edges of ragged channel counts are
 * smaller than the rest and stored with zeros.
 */
import type { ConvolutionShape } from '../../../nn/compile/weight-layout.ts';

export interface BlockShape {
  /** Output channels of a block: 4, 8, 16 or 32. */
  readonly rows: number;
  /** Input channels of a block: 1, 2, 4, 8, 16 or 32. */
  readonly columns: number;
}

export interface BlockGrid extends BlockShape {
  readonly outChannels: number;
  readonly inChannels: number;
  readonly taps: number;
  /** Blocks along the output channels. */
  readonly blockRows: number;
  /** Blocks along the input channels. */
  readonly blockColumns: number;
  /** Blocks in all; block (r, tap, c) has index (r · taps + tap) · blockColumns + c. */
  readonly blocks: number;
  /** Blocks that there is room for. */
  readonly capacity: number;
}

const ROWS = [4, 8, 16, 32];
const COLUMNS = [1, 2, 4, 8, 16, 32];

/** Rows and columns of a block that is written '16x8'; NaN where there are none, which no kernel has. */
export function blockShapeOf(block = ''): BlockShape {
  const [rows = NaN, columns = NaN] = block.split('x').map(Number);
  return { rows, columns };
}

/** Throws `RangeError` on a block that no kernel has and on a capacity outside 1 … blocks. */
export function blockGrid(
  shape: ConvolutionShape,
  { rows, columns }: BlockShape,
  capacityOf: (blocks: number) => number,
): BlockGrid {
  if (!ROWS.includes(rows) || !COLUMNS.includes(columns)) {
    throw new RangeError(
      `a block has ${ROWS.join(', ')} rows and ${COLUMNS.join(', ')} columns, not ${rows}×${columns}`,
    );
  }
  const { outChannels, inChannels, kernel } = shape;
  const taps = kernel * kernel;
  const blockRows = Math.ceil(outChannels / rows);
  const blockColumns = Math.ceil(inChannels / columns);
  const blocks = blockRows * taps * blockColumns;
  const capacity = capacityOf(blocks);
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > blocks) {
    throw new RangeError(`room for ${capacity} of ${blocks} blocks`);
  }
  return {
    rows,
    columns,
    outChannels,
    inChannels,
    taps,
    blockRows,
    blockColumns,
    blocks,
    capacity,
  };
}

/** Block (r, tap, c) of an index. */
export function blockAt(grid: BlockGrid, index: number): { r: number; tap: number; c: number } {
  const c = index % grid.blockColumns;
  const rest = (index - c) / grid.blockColumns;
  const tap = rest % grid.taps;
  return { r: (rest - tap) / grid.taps, tap, c };
}

/** A mask with skewed rows: what training may drift to, and what a kernel that balances badly would show. */
import { blockGrid, type BlockShape } from '../../sparse/layouts/block/block-grid.ts';
import { liveAt } from '../../sparse/budget.ts';
import { buildLists } from '../../sparse/layouts/block/block-lists.ts';
import { randomUnits } from '../../sparse/mask/random-units.ts';
import type { ConvolutionShape } from '../../nn/compile/weight-layout.ts';

/** Share of the live blocks that lie in the first quarter of the block rows, where there is room for them. */
const CROWDED = 0.6;

/** The lists of a layer with as many live blocks as `sparsity` leaves, most of them in a few rows. */
export function skewedLists(
  shape: ConvolutionShape,
  block: BlockShape,
  sparsity: number,
): Uint32Array {
  const grid = blockGrid(shape, block, (blocks) => liveAt(sparsity, blocks));
  const perRow = grid.blocks / grid.blockRows;
  const crowdedBlocks = Math.ceil(grid.blockRows / 4) * perRow;
  const crowded = Math.min(Math.round(CROWDED * grid.capacity), crowdedBlocks);
  const sparse = Math.min(grid.capacity - crowded, grid.blocks - crowdedBlocks);
  const first = randomUnits('crowded', 1, crowdedBlocks, grid.capacity - sparse);
  const rest = randomUnits('sparse', 1, grid.blocks - crowdedBlocks, sparse);
  return buildLists(grid, [...first, ...rest.map((at) => at + crowdedBlocks)]);
}

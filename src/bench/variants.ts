/**
 * Ways of storing a workload's weights that the `step` benchmark puts side by side: dense, and sparse blocks at
 * several sparsities. A new kind of variant is a function here that returns its list.
 */
import type { Network } from '../nn/compile/graph.ts';
import type { BlockShape } from '../sparse/layouts/block/block-grid.ts';
import { blockLayout } from '../sparse/layouts/block/layout.ts';
import { block as scheme } from '../sparse/layouts/block/scheme.ts';
import { coveredLayers } from '../sparse/layouts/covered-layers.ts';
import type { BenchOptions } from './benchmark.ts';
import type { Workload } from './workloads.ts';

export interface Variant {
  /** `dense`, `16x16 at 0.9`. */
  readonly name: string;
  /** Share of blocks that are not live; 0 for dense. */
  readonly sparsity: number;
  readonly build: () => Network;
}

/** The yardstick comes first. Throws `RangeError` on blocks that cannot be read, or that no kernel has. */
export function variantsOf(
  workload: Workload,
  { blocks, sparsities }: Pick<BenchOptions, 'blocks' | 'sparsities'>,
): Variant[] {
  const dense = { name: 'dense', sparsity: 0, build: () => workload.build() };
  return [dense, ...blocks.flatMap((block) => blockVariants(workload, block, sparsities))];
}

/** Reads `16x16`: output channels × input channels. Throws `RangeError` on anything else. */
export function blockShapeOf(text: string): BlockShape {
  const [, rows, columns] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (rows === undefined || columns === undefined) {
    throw new RangeError(`${text}: a block is written as 16x16`);
  }
  return { rows: Number(rows), columns: Number(columns) };
}

function blockVariants(
  workload: Workload,
  block: string,
  sparsities: readonly number[],
): Variant[] {
  const shape = blockShapeOf(block);
  return sparsities.map((sparsity) => {
    const layout = blockLayout({ ...shape, sparsity });
    return {
      name: `${block} at ${sparsity}`,
      sparsity,
      build: () => workload.build(coveredLayers(scheme.weights, () => layout)),
    };
  });
}

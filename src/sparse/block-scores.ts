/**
 * How much a block matters: the mean magnitude of its entries, or the root of their mean square. Blocks at
 * ragged edges count their real entries alone, so that they stand on a level with whole ones.
 */
import './layouts/block/shaders.ts';
import './select/shaders.ts';
import type { Virtual } from '../nn/compile/activation-pool.ts';
import type { Emitter } from '../nn/compile/emitter.ts';
import type { BlockTable } from './block-table.ts';

export interface BlockScores {
  readonly label: string;
  readonly table: BlockTable;
  /** The arena that is scored, laid out as the parameters': weights, gradients, an average of either. */
  readonly values: Virtual | GPUBuffer;
  /** The index arena; null for a table of dense layers. */
  readonly lists: GPUBuffer | null;
  /** `l1`: mean |x|. `l2`: √(mean x²), which overflows where a square does. */
  readonly norm: 'l1' | 'l2';
  /**
   * By `block`: [32 · blockWords] floats, block b of layer i at 32 · blockWordAt[i] + b. By `slot`, of
   * sparse layers alone: [32 · slotWords], slot s at 32 · slotWordAt[i] + s. Floats between layers stay
   * as they are.
   */
  readonly by: 'block' | 'slot';
  /** Score of dead blocks and free slots; 0 if left out. */
  readonly dead?: number;
  readonly scores: Virtual | GPUBuffer;
}

/**
 * Emits the scores of all layers of a table, in one dispatch. Padding in the arena must be 0, as kernels
 * leave it. Throws `RangeError` on slots of dense layers and sparse layers without lists.
 */
export function emitBlockScores(emit: Emitter, wanted: BlockScores): void {
  const { label, table, values, lists, norm, by, dead = 0, scores } = wanted;
  if (table.sparse !== (lists !== null)) {
    throw new RangeError(`${label}: sparse layers have lists, and dense ones have none`);
  }
  const squares = norm === 'l2' ? 1 : 0;
  const length = 32 * (by === 'slot' ? table.slotWords : table.blockWords);
  if (lists !== null) {
    emit.dispatch({
      label,
      kind: 'select',
      kernel: 'block_score_slots',
      parameters: {
        layers: table.layerCount,
        length,
        by_slot: by === 'slot' ? 1 : 0,
        squares,
        dead,
      },
      buffers: { layers: table.layers, lists, values, scores },
      invocations: length,
    });
    return;
  }
  if (by === 'slot') throw new RangeError(`${label}: dense layers have no slots`);
  emit.dispatch({
    label,
    kind: 'select',
    kernel: 'block_score_dense',
    parameters: { layers: table.layerCount, length, squares },
    buffers: { layers: table.layers, values, scores },
    invocations: length,
  });
}

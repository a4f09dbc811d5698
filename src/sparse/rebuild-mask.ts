/**
 * The live mask of the parameter arena, one bit a float, by which an update leaves dead and padded entries
 * alone. It follows the index lists, so it is rebuilt after them.
 */
import './layouts/block/shaders.ts';
import './select/shaders.ts';
import type { Virtual } from '../nn/compile/activation-pool.ts';
import type { Emitter } from '../nn/compile/emitter.ts';
import type { BlockTable } from './block-table.ts';

export interface MaskRebuild {
  readonly label: string;
  /** Sparse layers. */
  readonly table: BlockTable;
  /** The index arena. */
  readonly lists: GPUBuffer;
  /** Bit i of word w: float 32·w + i of the arena is a real weight of a live block. */
  readonly mask: Virtual | GPUBuffer;
}

/**
 * Emits the mask's words where the table's layers lie, in one dispatch; a layer has whole words, those of
 * other parameters stay as they are. Throws `RangeError` on a table of dense layers.
 */
export function emitLiveMask(emit: Emitter, { label, table, lists, mask }: MaskRebuild): void {
  if (!table.sparse) throw new RangeError(`${label}: dense layers are live throughout`);
  emit.dispatch({
    label,
    kind: 'select',
    kernel: 'list_live_mask',
    parameters: { layers: table.layerCount, mask_words: table.maskWords },
    buffers: { layers: table.layers, lists, mask },
    invocations: table.maskWords,
  });
}

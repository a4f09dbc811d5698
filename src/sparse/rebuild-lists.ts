/**
 * A change of mask on the GPU: from a bit for each block that is wanted to new slots and index lists of all
 * layers, word for word those of the plain builder (`block-lists.ts`). Places come from prefix sums, never
 * from atomics, so the result is the same in every run.
 */
import './layouts/block/shaders.ts';
import './select/shaders.ts';
import type { Virtual } from '../nn/compile/activation-pool.ts';
import type { Emission, Emitter } from '../nn/compile/emitter.ts';
import { emitRanks } from './select/bit-ranks.ts';
import type { BlockTable } from './block-table.ts';

export interface ListRebuild {
  readonly label: string;
  /** Sparse layers. */
  readonly table: BlockTable;
  /** [table.blockWords] bit b of a layer where its block b is wanted; bits behind the last are ignored. */
  readonly wanted: Virtual | GPUBuffer;
  /** The index arena: the blocks of slots are read, every list is written. */
  readonly lists: GPUBuffer;
  /** Everything that is kept per entry: weights, gradients, optimiser state, all laid out alike. */
  readonly arenas: readonly (Virtual | GPUBuffer)[];
}

/**
 * Emits the rebuild. Blocks that stay keep their slots, dropped ones free theirs, grown ones take the free
 * slots, both in ascending order; where there are more than free slots, the growing blocks of highest index
 * stay dead. Floats of slots that were freed or have another block than before become 0 in every arena; no
 * other float is written. Throws `RangeError` on a table of dense layers.
 */
export function emitListRebuild(emit: Emitter, rebuild: ListRebuild): void {
  const { label, table, wanted, lists, arenas } = rebuild;
  if (!table.sparse) throw new RangeError(`${label}: dense layers have no lists`);
  const { layers, layerCount, blockWords, slotWords } = table;
  const dispatch = (
    kernel: string,
    parameters: Emission['parameters'],
    buffers: Emission['buffers'],
    invocations: number,
  ): void => {
    emit.dispatch({
      label: `${label} ${kernel.replace('list_', '')}`,
      kind: 'select',
      kernel,
      parameters: { layers: layerCount, ...parameters },
      buffers: { layers, ...buffers },
      invocations,
    });
  };
  const inBlocks = { block_words: blockWords };
  const inBoth = { block_words: blockWords, slot_words: slotWords };

  const marks = emit.scratch(`${label} marks`, (blockWords + 2 * slotWords) * 4);
  dispatch('list_forget', inBlocks, { lists }, blockWords);
  dispatch('list_keep', inBoth, { wanted, lists, marks }, slotWords);
  dispatch('list_grow', inBlocks, { wanted, lists, marks }, blockWords);
  const marked = emitRanks(emit, `${label} marks`, marks, blockWords + slotWords);
  const freeSlots = emit.scratch(`${label} free slots`, 32 * slotWords * 4);
  dispatch(
    'list_free',
    { ...inBoth, ...marked.parameters },
    { marks, ranks: marked.ranks, free_slots: freeSlots, lists },
    slotWords,
  );
  const live = emit.scratch(`${label} live blocks`, 2 * blockWords * 4);
  dispatch(
    'list_take',
    { ...inBlocks, ...marked.parameters },
    { wanted, marks, ranks: marked.ranks, free_slots: freeSlots, lists, live },
    blockWords,
  );
  for (const arena of arenas)
    dispatch('list_zero', inBoth, { marks, lists, arena }, 32 * slotWords);

  dispatch('list_transpose', inBlocks, { live }, blockWords);
  const ordered = emitRanks(emit, `${label} live blocks`, live, 2 * blockWords);
  dispatch(
    'list_entries',
    { ...inBlocks, ...ordered.parameters },
    { live, ranks: ordered.ranks, lists },
    2 * blockWords,
  );
  dispatch('list_tails', { slot_words: slotWords }, { lists }, 32 * slotWords);
}

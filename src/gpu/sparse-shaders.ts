/** Kernels of sparse weights: blocks, their lists, and what chooses among units. Whoever lists one imports this. */
import { addShaders } from './shader-source.ts';

addShaders(
  import.meta.glob<string>(
    [
      '../../shaders/{block_score_dense,block_score_slots,chosen_entries,mask_gradients}.wgsl',
      '../../shaders/{list_*,select_*,transpose_blocks,unit_scores}.wgsl',
      '../../shaders/lib/{bins,bits,block_score,block_table,magnitude}.wgsl',
      '../../shaders/lib/{ranks,segments,select_histogram,unit_layers}.wgsl',
    ],
    { query: '?raw', import: 'default', eager: true },
  ),
);

/**
 * Emits the kernel of pattern-sparse convolutions, which serves the forward pass and the input gradient: how
 * the planes fall into tiles.
 */
import './shaders.ts';
import type { MaskedWork } from '../../../gpu/plan.ts';
import type { Virtual } from '../../../nn/compile/activation-pool.ts';
import type { Emitter } from '../../../nn/compile/emitter.ts';
import type { Tensor } from '../../../nn/tensor/tensor.ts';
import type { Convolution } from '../../../nn/compile/weight-layout.ts';

export interface PatternTile {
  readonly label: string;
  readonly kind: 'forward' | 'input-gradient';
  readonly macs: number;
  readonly mask: MaskedWork;
  readonly from: Tensor;
  readonly to: Tensor;
  readonly halves: Readonly<Record<'SOURCE_HALF' | 'OUTPUT_HALF', 0 | 1>>;
  readonly source: Virtual;
  readonly output: Virtual;
  readonly parameters: Readonly<Record<string, number>> & {
    readonly output_step: number;
    readonly source_step: number;
  };
  /** Where the lists to walk begin among the layer's own. */
  readonly starts: number;
  readonly entries: number;
  readonly patterns: number;
}

/** One pass of `pattern_tile` over the planes of `from`, writing those of `to`. */
export function emitPatternTile(emit: Emitter, { weight }: Convolution, tile: PatternTile): void {
  const { from, to, parameters } = tile;
  const step = parameters.output_step;
  // As in the dense tile: four pixels, or the batch where a row is too short.
  const pixels = to.width < 4 ? 1 : 4;
  const batch = pixels === 4 ? 1 : [4, 2, 1].find((size) => emit.batch4 % size === 0)!;
  const tilesX = Math.ceil(Math.ceil(to.width / step) / pixels);
  const tilesY = Math.ceil(to.height / step);
  const lists = emit.store.listsAt(weight.name);
  emit.dispatch({
    label: tile.label,
    kind: tile.kind,
    kernel: 'pattern_tile',
    defines: {
      PIXELS: pixels,
      BATCH: batch,
      POSITIONS: pixels * batch,
      UNIT: pixels === 4 && step * parameters.source_step === 1 ? 1 : 0,
      ...tile.halves,
    },
    parameters: {
      ...parameters,
      out_channels: to.channels,
      weights_at: emit.store.at(weight.name),
      source_height: from.height,
      source_width: from.width,
      output_height: to.height,
      output_width: to.width,
      batch4: emit.batch4,
      tiles_x: tilesX,
      tiles_y: tilesY,
      starts_at: lists + tile.starts,
      entries_at: lists + tile.entries,
      patterns_at: lists + tile.patterns,
    },
    buffers: {
      source: tile.source,
      weights: emit.store.parameters,
      output: tile.output,
      lists: emit.store.lists!,
    },
    invocations: (emit.batch4 / batch) * tilesX * tilesY * step * step * to.channels,
    macs: tile.macs,
    mask: tile.mask,
  });
}

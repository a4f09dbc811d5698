/**
 * The first dispatch of a step: raw images on the GPU and the rows' records become a normalised, augmented batch in the
 * network's input.
 */
import './shaders.ts';
import { IMAGE_BYTES, type ImageSet } from '../../data/image-set.ts';
import type { Emitter } from '../../nn/compile/emitter.ts';
import type { Tensor } from '../../nn/tensor/tensor.ts';
import type { ImageStore } from '../buffer/image-store.ts';

export interface BatchSources {
  readonly rows: GPUBuffer;
  /** What rows from the stream index. */
  readonly images: ImageStore;
  /** What rows from the replay buffer index. */
  readonly replay: ImageStore;
  /** Normalisation of the set. */
  readonly statistics: Pick<ImageSet, 'mean' | 'std'>;
}

/** Pixels of an invocation, which draws the crops of its rows once; a divisor of the image's width. */
const RUN = 8;

export function emitGather(emit: Emitter, input: Tensor, sources: BatchSources): void {
  const { mean, std } = sources.statistics;
  emit.dispatch({
    label: 'gather',
    kind: 'gather',
    kernel: 'gather_augment',
    defines: { RUN, OUTPUT_HALF: emit.half(input) },
    parameters: {
      rows: emit.rows,
      ...emit.records,
      stream_split: sources.images.split,
      mean0: mean[0],
      mean1: mean[1],
      mean2: mean[2],
      std0: std[0],
      std1: std[1],
      std2: std[2],
    },
    buffers: {
      rows: sources.rows,
      stream0: sources.images.first,
      stream1: sources.images.second,
      buffer_images: sources.replay.first,
      batch: emit.value(input),
    },
    // One image for each row, from one of the three buffers.
    touched: { stream0: emit.rows * IMAGE_BYTES, stream1: 0, buffer_images: 0 },
    invocations: emit.vectors(input) / RUN,
  });
}

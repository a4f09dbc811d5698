/**
 * The first arrow of a step: from raw images on the GPU and the rows' records to a normalised, augmented
 * batch in the network's input.
 */
import type { ImageSet } from '../data/image-set.ts';
import type { Emitter } from '../nn/emitter.ts';
import type { Tensor } from '../nn/tensor.ts';
import type { ImageStore } from './image-store.ts';

export interface BatchSources {
  readonly rows: GPUBuffer;
  /** What rows from the stream index. */
  readonly images: ImageStore;
  /** What rows from the replay buffer index. */
  readonly replay: ImageStore;
  /** Normalisation of the set. */
  readonly statistics: Pick<ImageSet, 'mean' | 'std'>;
}

export function emitGather(emit: Emitter, input: Tensor, sources: BatchSources): void {
  const { mean, std } = sources.statistics;
  emit.dispatch({
    label: 'gather',
    kind: 'gather',
    kernel: 'gather_augment',
    parameters: {
      rows: emit.rows,
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
    invocations: emit.vectors(input),
  });
}

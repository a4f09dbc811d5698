/** Moves whole raw images between stores on the GPU, for buffers that are filled at the end of a task. */
import { IMAGE_BYTES } from '../../data/image-set.ts';
import type { Gpu } from '../../gpu/device.ts';
import type { ImageStore } from './image-store.ts';

/** Queues a copy of image `from` of one store to place `to` of another, for each pair, in order. */
export function copyImages(
  { device }: Gpu,
  source: ImageStore,
  result: ImageStore,
  pairs: Iterable<{ readonly from: number; readonly to: number }>,
): void {
  const encoder = device.createCommandEncoder({ label: 'copy images' });
  for (const { from, to } of pairs) {
    const [read, readAt] = placeOf(source, from);
    const [written, writeAt] = placeOf(result, to);
    encoder.copyBufferToBuffer(read, readAt, written, writeAt, IMAGE_BYTES);
  }
  device.queue.submit([encoder.finish()]);
}

/** The buffer that image `index` of a store lies in, and its first byte there. */
function placeOf(store: ImageStore, index: number): [GPUBuffer, number] {
  if (!(index >= 0 && index < store.capacity)) {
    throw new RangeError(`image ${index} of a store of ${store.capacity}`);
  }
  return index < store.split
    ? [store.first, index * IMAGE_BYTES]
    : [store.second, (index - store.split) * IMAGE_BYTES];
}

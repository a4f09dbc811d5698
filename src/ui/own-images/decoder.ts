/** The decoding worker as a function: blobs in, images out, in the same order. */
import type { Decoded } from './decode-worker.ts';

/**
 * Decodes `blobs`; null stands for one that is no picture. `onProgress` hears how many are done. The worker lives as
 * long as the call.
 */
export async function decode(
  blobs: readonly Blob[],
  onProgress: (done: number) => void,
): Promise<(Uint8Array<ArrayBuffer> | null)[]> {
  if (blobs.length === 0) return [];
  const worker = new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise((resolve, reject) => {
      const images: (Uint8Array<ArrayBuffer> | null)[] = [];
      worker.addEventListener('message', ({ data }: MessageEvent<Decoded>) => {
        images.push(data.ok ? data.image : null);
        onProgress(images.length);
        if (images.length === blobs.length) resolve(images);
      });
      worker.addEventListener('error', () => {
        reject(new Error('The part of the page that reads pictures could not be loaded.'));
      });
      for (const blob of blobs) worker.postMessage(blob);
    });
  } finally {
    worker.terminate();
  }
}

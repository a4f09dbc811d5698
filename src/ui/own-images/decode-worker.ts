/** Decodes pictures one after another, off the page's thread and without holding more than one. */
import { squareOf } from './square.ts';

/** What is sent back for each file, in the order of the files. */
export type Decoded =
  { readonly ok: true; readonly image: Uint8Array<ArrayBuffer> } | { readonly ok: false };

let queue: Promise<void> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<Blob>) => {
  queue = queue.then(async () => {
    let answer: Decoded;
    try {
      // Turned by the orientation that the camera noted, as viewers do.
      const bitmap = await createImageBitmap(data, { imageOrientation: 'from-image' });
      answer = { ok: true, image: await squareOf(bitmap) };
    } catch {
      answer = { ok: false };
    }
    postMessage(answer);
  });
});

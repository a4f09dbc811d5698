/**
 * The prepared set as a page or its worker sees it: sprite sheets under `data/`, fetched a class at a
 * time, decoded by the browser, checked against the manifest, and kept in the cache as decoded bytes.
 * The check is not idle: a browser that hides its fingerprint alters what a canvas gives back.
 */
import type { DataCache } from './cache.ts';
import { DataError } from './data-error.ts';
import { sha256, shortDigest } from './digest.ts';
import type { ImageSet } from './image-set.ts';
import { type ClassFiles, type Manifest, parseManifest, preparedSet } from './manifest.ts';
import { type SheetSize, sheetSize, takeApartSheet } from './sprite-sheet.ts';

/** Where the build puts the prepared set, relative to the page. */
export const PREPARED_FOLDER = 'data/cifar10/';

/** RGBA pixels of a decoded sheet. */
export interface Pixels extends SheetSize {
  readonly data: Uint8ClampedArray;
}

/** What a browser lends; tests lend something else. */
export interface SpriteTools {
  readonly fetch: (address: string) => Promise<Response>;
  readonly decode: (sheet: Blob) => Promise<Pixels>;
  readonly cache?: DataCache;
}

/**
 * Decodes without colour management or premultiplication, which would both change bytes, and reads
 * the pixels back through a canvas.
 */
export async function decodeSheet(sheet: Blob): Promise<Pixels> {
  const bitmap = await createImageBitmap(sheet, {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  try {
    const { width, height } = bitmap;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    if (context === null) throw new Error('this browser gives no 2D canvas');
    context.drawImage(bitmap, 0, 0);
    return { width, height, data: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
}

/**
 * Opens the prepared set that lies under `base` (the page's own folder, ending in a slash; `data/…`
 * is resolved against it, so a site may live under any path). Throws `DataError`: `unavailable` where
 * the build holds no prepared set, `unreadable` where it cannot be fetched or understood.
 */
export async function openSprites(
  base: string | URL,
  tools: SpriteTools = { fetch: (address) => fetch(address), decode: decodeSheet },
): Promise<ImageSet> {
  const folder = new URL(PREPARED_FOLDER, base);
  const manifest = await fetchManifest(new URL('manifest.json', folder).href, tools);
  return preparedSet(manifest, (files) => bringClass(manifest, files, folder, tools));
}

async function fetchManifest(address: string, tools: SpriteTools): Promise<Manifest> {
  const response = await fetched(address, tools);
  const text = response.status === 404 ? '' : await response.text();
  // A server made for one-page sites answers any address with its page.
  if (response.status === 404 || text.trimStart().startsWith('<')) {
    throw new DataError({
      code: 'unavailable',
      file: address,
      expected: 'the images that the build prepares',
      found: 'none: this build was made without them',
    });
  }
  return parseManifest(text, address);
}

async function bringClass(
  manifest: Manifest,
  files: ClassFiles,
  folder: URL,
  tools: SpriteTools,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = `${manifest.name}/${files.sha256}`;
  const kept = await tools.cache?.get(key);
  if (isBytes(kept) && (await sha256(kept)) === files.sha256) return kept;

  // The digest in the address keeps a sheet of an older build, left in an HTTP cache, from being used.
  const address = new URL(files.sprite, folder);
  address.searchParams.set('v', files.sha256.slice(0, 8));
  const planes = await fetchPlanes(address.href, files.images, manifest.tile.columns, tools);
  const digest = await sha256(planes);
  if (digest !== files.sha256) {
    throw new DataError({
      code: 'bad-hash',
      file: address.href,
      expected: `images with ${shortDigest(files.sha256)}`,
      found:
        `${shortDigest(digest)}. Protection against fingerprinting alters what a page reads from a canvas: ` +
        'allow this site to read canvas data (in Brave, lower the shield), or use another browser. ' +
        'Without such protection the file itself is damaged: reload the page',
    });
  }
  await tools.cache?.put([[key, planes]]);
  return planes;
}

async function fetchPlanes(
  address: string,
  images: number,
  columns: number,
  tools: SpriteTools,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetched(address, tools);
  let sheet: Pixels;
  try {
    if (!response.ok) throw new Error(`status ${String(response.status)}`);
    sheet = await tools.decode(await response.blob());
  } catch (error) {
    throw unreadable(address, 'a sprite sheet', error);
  }
  const size = sheetSize(images, columns);
  if (sheet.width !== size.width || sheet.height !== size.height) {
    throw new DataError({
      code: 'wrong-size',
      file: address,
      expected: `${String(size.width)}×${String(size.height)} pixels`,
      found: `${String(sheet.width)}×${String(sheet.height)}`,
    });
  }
  return takeApartSheet(sheet.data, 4, columns, images);
}

/** A response of any status but a server's own failure. */
async function fetched(address: string, tools: SpriteTools): Promise<Response> {
  let response: Response;
  try {
    response = await tools.fetch(address);
  } catch (error) {
    throw unreadable(address, 'an answer from the server', error);
  }
  if (response.ok || response.status === 404) return response;
  throw unreadable(address, 'the file', new Error(`status ${String(response.status)}`));
}

function unreadable(file: string, expected: string, cause: unknown): DataError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new DataError({ code: 'unreadable', file, expected, found }, { cause });
}

function isBytes(value: unknown): value is Uint8Array<ArrayBuffer> {
  return value instanceof Uint8Array && value.buffer instanceof ArrayBuffer;
}

/**
 * From what a visitor drops or picks to a list of image files with their paths: folders are walked, zip archives
 * opened. Nothing is decoded here, and nothing leaves the page.
 */

export interface ImageFile {
  /** Folders and name, with slashes: what tells classes apart. */
  readonly path: string;
  readonly blob: Blob;
}

/** More than this of a drop is left out, lest a whole disk be read. */
export const MOST_FILES = 5000;

const IMAGE = /\.(jpe?g|png|webp|gif|bmp|avif)$/i;
const ZIP = /\.zip$/i;
/** What operating systems put beside one's files. */
const HIDDEN = /(^|\/)(\.|__MACOSX\/)/;

/** Something that could not be read; `message` is a sentence for the visitor. */
export class GatherError extends Error {
  override readonly name = 'GatherError';
}

/** Files of an `<input type="file">`, of a whole folder too. Throws `GatherError`. */
export async function gatherFiles(files: Iterable<File>): Promise<ImageFile[]> {
  const found: ImageFile[] = [];
  for (const file of files) await take(file, file.webkitRelativePath || file.name, found);
  return found;
}

/** What was dropped: files, folders and archives. Throws `GatherError`. */
export async function gatherDrop(transfer: DataTransfer): Promise<ImageFile[]> {
  // Entries are to be asked for at once: they are gone when the event is over.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: ImageFile[] = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry: FileSystemEntry, found: ImageFile[]): Promise<void> {
  if (found.length >= MOST_FILES) return;
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    }).catch(() => {
      throw new GatherError(`${path} could not be opened.`);
    });
    await take(file, path, found);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    }).catch(() => {
      throw new GatherError(`The folder ${path} could not be opened.`);
    });
    if (some.length === 0) return;
    for (const child of some) await walk(child, found);
  }
}

async function take(file: File, path: string, found: ImageFile[]): Promise<void> {
  if (found.length >= MOST_FILES || HIDDEN.test(path)) return;
  if (ZIP.test(path)) await open(file, found);
  else if (IMAGE.test(path) || file.type.startsWith('image/')) found.push({ path, blob: file });
}

/** Bytes that an archive may unpack to. */
const MOST_BYTES = 512 * 1024 * 1024;

async function open(file: File, found: ImageFile[]): Promise<void> {
  const { unzip } = await import('fflate');
  const archive = new Uint8Array(await file.arrayBuffer());
  let bytes = 0;
  let files = found.length;
  const members = await new Promise<Record<string, Uint8Array<ArrayBuffer>>>((resolve, reject) => {
    unzip(
      archive,
      {
        filter: ({ name, originalSize }) => {
          if (!IMAGE.test(name) || HIDDEN.test(name) || files >= MOST_FILES) return false;
          bytes += originalSize;
          files++;
          return bytes <= MOST_BYTES;
        },
      },
      (error, unzipped) => {
        if (error) reject(error);
        else resolve(unzipped);
      },
    );
  }).catch(() => {
    throw new GatherError(`${file.name} is no zip archive that can be read.`);
  });
  for (const [path, content] of Object.entries(members)) {
    found.push({ path, blob: new Blob([content]) });
  }
}

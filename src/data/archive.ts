/**
 * An official CIFAR archive that a visitor or `--data` gives, read in one pass: unpacked, untarred and
 * sorted into classes as it streams by, so that neither the file nor its unpacked form is ever held.
 * Which set it is follows from the names of its members, wherever they lie in folders.
 */
import type { ParsedTarEntry } from 'modern-tar';
import { type BinaryLayout, LAYOUTS, RecordSorter } from './cifar-binary.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type ImageSet, type Split } from './image-set.ts';
import { imageSet, type SetFacts } from './image-source.ts';
import { forEachMember } from './tar.ts';
import { unpack } from './unpack.ts';

/** A file as it is given; a `Blob` has this shape, and so has a file on disk. */
export interface GivenArchive {
  readonly name: string;
  readonly blob: { stream(): ReadableStream<Uint8Array<ArrayBuffer>> };
}

/** Images of a class to keep; an archive's later ones are read, checked and passed over. */
export type ImageLimit = Readonly<Record<Split, number>>;

/** A whole archive, checked and sorted. Images are `[n][3][32][32]` bytes, by label. */
export interface ArchiveContent {
  readonly facts: SetFacts;
  readonly classes: readonly string[];
  readonly train: readonly Uint8Array<ArrayBuffer>[];
  readonly test: readonly Uint8Array<ArrayBuffer>[];
  /** Whether it is all there, nothing having been cut off by a limit. */
  readonly whole: boolean;
}

/** What was read so far of the members that one layout knows. */
interface Found {
  readonly layout: BinaryLayout;
  /** By base name; a name that comes twice means the later file, as in any tar archive. */
  readonly records: Map<string, RecordSorter>;
  names?: { readonly file: string; readonly lines: readonly string[] };
}

/** Longest text that is taken for class names; the official ones have 725 bytes at most. */
const NAMES_BYTES = 65536;

/** The images of an archive as a set. */
export function archiveSet(content: ArchiveContent): ImageSet {
  const count = (images: Uint8Array): number => images.length / IMAGE_BYTES;
  return imageSet({
    facts: content.facts,
    classes: content.classes,
    counts: { train: content.train.map(count), test: content.test.map(count) },
    bring: (label, split) => Promise.resolve(content[split][label]!),
  });
}

/**
 * Reads an archive to its end. Throws `DataError` with an offset in the file, in its unpacked form or
 * in a member, as its `file` says. Holds the images it keeps (184 MB of a whole archive) and little more.
 */
export async function readArchive(
  given: GivenArchive,
  limit: ImageLimit = { train: Infinity, test: Infinity },
): Promise<ArchiveContent> {
  const found: Found[] = LAYOUTS.map((layout) => ({ layout, records: new Map() }));
  const members: string[] = [];
  await forEachMember(await unpack(given.blob.stream(), given.name), async (entry) => {
    members.push(entry.header.name);
    const known = await takeMember(entry, given.name, found, limit);
    // Read past, not cancelled: in modern-tar 0.8.6 that may cancel the body of the member after.
    if (!known) await forEachChunk(entry.body, () => undefined);
  });
  return assemble(mostComplete(found), given.name, members, limit);
}

/** Reads a member that some layout knows; false leaves it unread. */
async function takeMember(
  { header, body }: ParsedTarEntry,
  archive: string,
  found: readonly Found[],
  limit: ImageLimit,
): Promise<boolean> {
  if (header.type !== undefined && header.type !== 'file') return false;
  const base = header.name.slice(header.name.lastIndexOf('/') + 1);
  const file = `${header.name} in ${archive}`;
  for (const set of found) {
    const { layout } = set;
    if (base === layout.names) {
      set.names = { file, lines: await readNames(body, file, header.size, layout.classes) };
      return true;
    }
    const split = layout.train.includes(base)
      ? 'train'
      : layout.test.includes(base)
        ? 'test'
        : null;
    if (split === null) continue;
    RecordSorter.checkSize(layout, file, header.size);
    const sorter = new RecordSorter(layout, file, limit[split]);
    await forEachChunk(body, (chunk) => {
      sorter.write(chunk);
    });
    set.records.set(base, sorter);
    return true;
  }
  return false;
}

async function readNames(
  body: ReadableStream<Uint8Array>,
  file: string,
  size: number,
  classes: number,
): Promise<string[]> {
  const wrong = (found: string): DataError =>
    new DataError({
      code: 'wrong-size',
      file,
      expected: `the names of ${String(classes)} classes, one a line`,
      found,
    });
  if (size > NAMES_BYTES) throw wrong(`${String(size)} bytes`);
  const decoder = new TextDecoder();
  let text = '';
  await forEachChunk(body, (chunk) => {
    text += decoder.decode(chunk, { stream: true });
  });
  const names = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  if (names.length !== classes) throw wrong(`${String(names.length)} names`);
  return names;
}

function missing({ layout, records, names }: Found): string[] {
  const files = [...layout.train, ...layout.test].filter((file) => !records.has(file));
  return names === undefined ? [...files, layout.names] : files;
}

/** The layout with the fewest members missing, CIFAR-10's if nothing tells them apart. */
function mostComplete(found: readonly Found[]): Found {
  const share = (set: Found): number =>
    missing(set).length / (set.layout.train.length + set.layout.test.length + 1);
  return found.reduce((best, set) => (share(set) < share(best) ? set : best));
}

function assemble(
  found: Found,
  archive: string,
  members: readonly string[],
  limit: ImageLimit,
): ArchiveContent {
  const { layout, records, names } = found;
  const lacking = missing(found);
  if (names === undefined || lacking.length > 0) {
    const nothing = records.size === 0 && names === undefined;
    throw new DataError({
      code: 'missing-member',
      file: archive,
      expected: nothing
        ? `the members of ${LAYOUTS.map((known) => known.archive).join(' or ')}`
        : `${lacking.join(', ')}, as in ${layout.archive}`,
      found: members.length === 0 ? 'no members at all' : someOf(members),
    });
  }
  const whole = [...records.values()].every((sorter) => sorter.whole);
  const gather = (split: Split): Uint8Array<ArrayBuffer>[] =>
    names.lines.map((name, label) => {
      const parts = layout[split].map((file) => records.get(file)!.classes[label]!);
      const total = parts.reduce((sum, part) => sum + part.count, 0);
      if (total === 0) {
        throw new DataError({
          code: 'wrong-size',
          file: `${layout[split].join(', ')} in ${archive}`,
          expected: 'images of every class',
          found: `none of class ${String(label)} (${name})`,
        });
      }
      const images = new Uint8Array(Math.min(total, limit[split]) * IMAGE_BYTES);
      let offset = 0;
      for (const part of parts) offset = part.moveTo(images, offset);
      return images;
    });
  return {
    facts: layout.facts,
    classes: names.lines,
    train: gather('train'),
    test: gather('test'),
    whole,
  };
}

function someOf(members: readonly string[]): string {
  const shown = members.slice(0, 8).join(', ');
  return members.length > 8 ? `${shown} and ${String(members.length - 8)} more` : shown;
}

async function forEachChunk(
  body: ReadableStream<Uint8Array>,
  use: (chunk: Uint8Array) => void,
): Promise<void> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    use(value);
  }
}

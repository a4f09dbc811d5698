/**
 * The table of contents of a prepared set: what the build wrote, file by file, with the digest of the
 * decoded images. The build writes it, the page fetches it, Node reads it; all three check it here.
 */
import * as v from 'valibot';
import { DataError } from './data-error.ts';
import { IMAGE_SIZE, type ImageSet } from './image-set.ts';
import { imageSet } from './image-source.ts';

export const MANIFEST_FORMAT = 'palimpsest-images/1';

const Triple = v.pipe(v.tuple([v.number(), v.number(), v.number()]), v.readonly());

/** File names are checked because they are joined to a folder or an address. */
const ClassFilesSchema = v.strictObject({
  images: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** SHA-256 of the decoded images, `[n][3][32][32]` bytes. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** Sprite sheet, lossless WebP. */
  sprite: v.pipe(v.string(), v.regex(/^[a-z0-9-]+\.webp$/)),
  /** The decoded images themselves; beside the build, never published. */
  planes: v.pipe(v.string(), v.regex(/^[a-z0-9-]+\.bin$/)),
});

const ManifestSchema = v.pipe(
  v.strictObject({
    format: v.literal(MANIFEST_FORMAT),
    name: v.string(),
    title: v.string(),
    notice: v.string(),
    classes: v.array(v.string()),
    mean: Triple,
    std: Triple,
    tile: v.strictObject({
      size: v.literal(IMAGE_SIZE),
      columns: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
    /** One entry a class, in label order. */
    train: v.array(ClassFilesSchema),
    test: v.array(ClassFilesSchema),
  }),
  v.check(
    (m) => m.train.length === m.classes.length && m.test.length === m.classes.length,
    'every class needs an entry in train and in test',
  ),
);

export type Manifest = v.InferOutput<typeof ManifestSchema>;
export type ClassFiles = v.InferOutput<typeof ClassFilesSchema>;

/** Reads a manifest; `file` names it in the error. Throws `DataError` (`unreadable`). */
export function parseManifest(text: string, file: string): Manifest {
  const wrong = (found: string, cause?: unknown): DataError =>
    new DataError(
      { code: 'unreadable', file, expected: `a ${MANIFEST_FORMAT} manifest`, found },
      { cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(`text that is not JSON (${text.slice(0, 20)}…)`, error);
  }
  const parsed = v.safeParse(ManifestSchema, value, { abortEarly: true });
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw wrong(`at ${v.getDotPath(issue) ?? 'its root'}: ${issue.message}`);
  }
  return parsed.output;
}

/** The set that a manifest describes, over a way to bring the decoded, verified images of one entry. */
export function preparedSet(
  manifest: Manifest,
  bring: (files: ClassFiles) => Promise<Uint8Array<ArrayBuffer>>,
): ImageSet {
  const { name, title, notice, mean, std, classes } = manifest;
  return imageSet({
    facts: { name, title, notice, mean, std },
    classes,
    counts: {
      train: manifest.train.map((files) => files.images),
      test: manifest.test.map((files) => files.images),
    },
    bring: (label, split) => bring(manifest[split][label]!),
  });
}

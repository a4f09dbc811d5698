/**
 * A recording as text: JSON in which typed arrays are written in base 64 under the name of their type, and pictures
 * once each, however often they are seen. Runs are kept in this form, passed on in it, and one is part of the page
 * for visitors without WebGPU.
 */
import * as v from 'valibot';
import { IMAGE_BYTES } from '../../data/image-set.ts';
import { ConfigSchema } from '../config/config.ts';
import { momentLists } from './moments.ts';
import type { Recording } from './recording.ts';

/** Text that is no recording; `message` is a sentence for a person. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

const ARRAYS = {
  $u8: Uint8Array,
  $u16: Uint16Array,
  $u32: Uint32Array,
  $f32: Float32Array,
} as const;
type ArrayKey = keyof typeof ARRAYS;
const KEYS = Object.keys(ARRAYS) as ArrayKey[];

/** Under which a typed array of whole pictures names those of the table, in order. */
const PICTURES = '$pictures';
/** Under which numbers are that JSON has no form of. */
const NUMBER = '$number';

export function recordingToText(recording: Recording): string {
  const table = new Map<string, number>();
  const pictures: string[] = [];
  const numberOf = (picture: Uint8Array): number => {
    const text = base64(picture);
    let number = table.get(text);
    if (number === undefined) {
      number = pictures.push(text) - 1;
      table.set(text, number);
    }
    return number;
  };
  // Written last, when everything that names pictures has been.
  return JSON.stringify({ ...recording, pictures }, (name, value: unknown) => {
    if (typeof value === 'number') {
      return Number.isFinite(value) ? value : { [NUMBER]: String(value) };
    }
    if (name === 'pixels' && value instanceof Uint8Array && value.length % IMAGE_BYTES === 0) {
      const count = value.length / IMAGE_BYTES;
      const shown = Array.from({ length: count }, (_, i) =>
        numberOf(value.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES)),
      );
      return { [PICTURES]: shown };
    }
    const key = KEYS.find((each) => value instanceof ARRAYS[each]);
    return key === undefined ? value : { [key]: base64(value as Uint8Array) };
  });
}

/** Any number: losses may be none, or beyond all bounds. */
const number = v.custom<number>((value) => typeof value === 'number');
const moments = (entries: v.ObjectEntries = {}) =>
  v.array(v.looseObject({ at: v.number(), ...entries }));
const thumbnails = v.looseObject({
  images: v.instance(Uint32Array),
  heads: v.instance(Uint16Array),
  pixels: v.instance(Uint8Array),
});

/** The lists of `moments.ts` that every version has; any other is checked for its steps alone. */
const LISTS = {
  accuracy: moments({
    classIncremental: v.array(v.number()),
    taskIncremental: v.array(v.number()),
  }),
  changes: moments({ change: v.looseObject({ layers: v.array(v.looseObject({})) }) }),
  removals: moments({
    removal: v.looseObject({ removed: v.instance(Uint32Array) }),
    removed: v.optional(thumbnails),
    kept: v.optional(thumbnails),
  }),
  units: moments({
    layers: v.array(
      v.looseObject({ weight: v.instance(Float32Array), gradient: v.instance(Float32Array) }),
    ),
  }),
  ledger: moments(),
  buffers: moments({ tasks: v.instance(Uint16Array), content: thumbnails }),
};

/** The parts of a recording that everything else is found by. */
const OutlineSchema = v.looseObject({
  ...Object.fromEntries(Object.keys(momentLists()).map((list) => [list, v.optional(moments())])),
  ...LISTS,
  schema: v.literal('palimpsest-recording/1'),
  config: ConfigSchema,
  startedAt: v.string(),
  notices: v.array(v.string()),
  loss: v.array(number),
  right: v.array(number),
  pace: moments(),
  masks: v.array(
    v.looseObject({ name: v.string(), units: v.number(), live: v.instance(Uint32Array) }),
  ),
});

/** Reads a recording. Throws `RecordingError` on anything else. */
export function recordingFromText(text: string): Recording {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new RecordingError('This file is no recording of a run: it is not JSON.');
  }
  const value = withoutTable(parsed);
  const outline = v.safeParse(OutlineSchema, value, { abortEarly: true });
  if (!outline.success) {
    const [issue] = outline.issues;
    const where = v.getDotPath(issue) ?? 'its top';
    throw new RecordingError(
      `This file is no recording of a run that this page can read: ${where}: ${issue.message}`,
    );
  }
  // A file of an earlier version has no list of a kind that was added since.
  return { ...momentLists(), ...(value as Recording) };
}

/** What was written, arrays in place of their texts. */
function withoutTable(parsed: unknown): unknown {
  if (typeof parsed !== 'object' || parsed === null || !('pictures' in parsed)) return parsed;
  const { pictures: texts, ...rest } = parsed;
  if (!Array.isArray(texts)) throw new RecordingError('This file is damaged: it has no pictures.');
  return revived(rest, texts.map(pictureOf));
}

function revived(part: unknown, pictures: readonly Uint8Array[]): unknown {
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map((each) => revived(each, pictures));
  if (NUMBER in part) return Number(part[NUMBER]);
  if (PICTURES in part) return joined(part[PICTURES], pictures);
  const key = KEYS.find((each) => each in part);
  if (key !== undefined) return arrayOf(key, (part as Record<ArrayKey, unknown>)[key]);
  return Object.fromEntries(
    Object.entries(part).map(([name, each]) => [name, revived(each, pictures)]),
  );
}

function arrayOf(key: ArrayKey, text: unknown): InstanceType<(typeof ARRAYS)[ArrayKey]> {
  const bytes = fromBase64(text);
  const Type = ARRAYS[key];
  if (bytes.length % Type.BYTES_PER_ELEMENT !== 0) {
    throw new RecordingError(`This file is damaged: ${bytes.length} bytes under ${key}.`);
  }
  return new Type(bytes.buffer);
}

function joined(shown: unknown, pictures: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const numbers: unknown[] = Array.isArray(shown) ? shown : [null];
  const pixels = new Uint8Array(numbers.length * IMAGE_BYTES);
  numbers.forEach((number, i) => {
    const picture = typeof number === 'number' ? pictures[number] : undefined;
    if (!picture) throw new RecordingError('This file is damaged: a picture is missing.');
    pixels.set(picture, i * IMAGE_BYTES);
  });
  return pixels;
}

function pictureOf(text: unknown): Uint8Array<ArrayBuffer> {
  const picture = fromBase64(text);
  if (picture.length === IMAGE_BYTES) return picture;
  throw new RecordingError(`This file is damaged: a picture of ${picture.length} bytes.`);
}

/** Bytes at a time that one call can take as arguments. */
const CHUNK = 0x8000;

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(text);
}

function fromBase64(text: unknown): Uint8Array<ArrayBuffer> {
  if (typeof text !== 'string')
    throw new RecordingError('This file is damaged: no text in base 64.');
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new RecordingError('This file is damaged: text that is not in base 64.');
  }
}

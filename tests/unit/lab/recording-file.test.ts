/** A recording comes back from its text as it was, to the bit, and anything else is refused in a sentence. */
import { describe, expect, test } from 'vitest';
import { IMAGE_BYTES } from '../../../src/data/image-set.ts';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import { newRecording, type Recording } from '../../../src/lab/recording/recording.ts';
import {
  RecordingError,
  recordingFromText,
  recordingToText,
} from '../../../src/lab/recording/recording-file.ts';

/** Pictures that are all `fills[i]`. */
const pixels = (...fills: readonly number[]) => {
  const bytes = new Uint8Array(fills.length * IMAGE_BYTES);
  fills.forEach((fill, i) => bytes.fill(fill, i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES));
  return bytes;
};
const thumbnails = (...fills: readonly number[]) => ({
  images: Uint32Array.from(fills, (_, i) => i + 0x10000),
  heads: Uint16Array.from(fills, (_, i) => i),
  pixels: pixels(...fills),
});

function full(): Recording {
  const run = newRecording(DEFAULTS, 'pocket-er', '2020-01-02T03:04:05.000Z');
  run.loss.push(2.302585092994046, NaN, Infinity, -Infinity, 0.1);
  run.right.push(0.1, NaN, 0.5, 1, 0);
  run.pace.push({ at: 3, imagesPerSecond: 1e-7 });
  run.masks = [
    {
      name: 'conv2',
      units: 3,
      live: Uint32Array.of(0, 0xffffffff),
      grid: { kind: 'block', taps: 9, rows: 1, columns: 3, strides: [3, 1, 1], extent: [4, 4] },
    },
  ];
  run.units.push({
    at: 1,
    // Signed zeros, subnormals, and more than one call's worth of bytes.
    layers: [
      {
        name: 'conv2',
        weight: Float32Array.of(-0, 1e-40, Math.fround(0.1), NaN),
        gradient: Float32Array.from({ length: 20_000 }, (_, i) => Math.fround(i / 7)),
      },
    ],
  });
  run.removals.push({
    at: 2,
    removal: { task: 0, epoch: 1, score: 'margin', removed: Uint32Array.of(5), kept: 3 },
    removed: thumbnails(7),
    kept: thumbnails(8, 9),
  });
  for (const at of [2, 3]) {
    const content = thumbnails(7, 8, 255);
    run.buffers.push({ at, capacity: 5, tasks: Uint16Array.of(0, 1, 65535), content });
  }
  run.buffers.push({ at: 4, capacity: 5, tasks: new Uint16Array(), content: thumbnails() });
  return run;
}

describe('a recording as text', () => {
  test('comes back as it was', () => {
    const run = full();
    const again = recordingFromText(recordingToText(run));
    expect(again).toEqual(run);
    const { weight } = again.units[0]!.layers[0]!;
    expect(weight).toBeInstanceOf(Float32Array);
    expect(Object.is(weight[0], -0)).toBe(true);
    expect(again.buffers[0]!.content.pixels).toBeInstanceOf(Uint8Array);
    // And may go on being recorded into.
    again.loss.push(1);
    expect(recordingFromText(recordingToText(again)).loss).toHaveLength(6);
  });

  test('has each picture once', () => {
    const run = full();
    const { pictures } = JSON.parse(recordingToText(run)) as { pictures: string[] };
    // 7, 8, 9 and 255, whichever comes first.
    expect(pictures).toHaveLength(4);
    expect(pictures.map((text) => Buffer.from(text, 'base64')[0]).sort()).toEqual([255, 7, 8, 9]);
    const before = recordingToText(run).length;
    run.buffers.push(run.buffers[0]!);
    expect(recordingToText(run).length - before).toBeLessThan(300);
  });
});

describe('what is no recording', () => {
  const damaged = (change: (parsed: Record<string, never>) => unknown): string => {
    const parsed = JSON.parse(recordingToText(full())) as Record<string, never>;
    return JSON.stringify(change(parsed));
  };
  const withPart = (part: object) => damaged((parsed) => ({ ...parsed, ...part }));

  test.each<readonly [string, string, RegExp]>([
    ['no JSON', recordingToText(full()).slice(0, -9), /not JSON/],
    ['an empty file', '', /not JSON/],
    ['a number', '3', /no recording of a run that this page can read/],
    ['nothing', 'null', /no recording/],
    ['a report', JSON.stringify({ schema: 'palimpsest-report/1' }), /no recording/],
    ['another version', withPart({ schema: 'palimpsest-recording/2' }), /schema/],
    [
      'a config of another lab',
      withPart({ config: { ...DEFAULTS, model: 'vit' } }),
      /config\.model/,
    ],
    ['losses in words', withPart({ loss: ['low'] }), /loss/],
    ['an entry without a step', withPart({ ledger: [{ step: {} }] }), /ledger\.0\.at/],
    ['missing lists', damaged(({ buffers: _, ...rest }) => rest), /buffers/],
    ['base 64 that is none', withPart({ masks: [{ live: { $u32: '%' } }] }), /not in base 64/],
    ['an array that is no text', withPart({ masks: [{ live: { $u32: 3 } }] }), /no text/],
    ['half a word', withPart({ masks: [{ live: { $u32: 'AAA=' } }] }), /2 bytes under \$u32/],
    [
      'an array of the wrong type',
      withPart({ masks: [{ name: 'a', units: 1, live: { $f32: '' } }] }),
      /masks\.0\.live/,
    ],
    ['no pictures', withPart({ pictures: {} }), /no pictures/],
    ['too few pictures', withPart({ pictures: [] }), /picture is missing/],
    ['cut pictures', withPart({ pictures: ['AAAA'] }), /picture of 3 bytes/],
  ])('%s', (_, text, why) => {
    expect(() => recordingFromText(text)).toThrow(RecordingError);
    expect(() => recordingFromText(text)).toThrow(why);
  });
});

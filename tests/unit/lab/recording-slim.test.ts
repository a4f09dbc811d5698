import { expect, test } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config.ts';
import { newRecording, record, type Recording } from '../../../src/lab/recording.ts';
import { slimRecording } from '../../../src/lab/recording-slim.ts';

const picture = {
  images: Uint32Array.of(3),
  heads: Uint16Array.of(1),
  pixels: new Uint8Array(3072),
};

function whole(): Recording {
  const recording = newRecording(DEFAULTS, 'sparcl', '2026-01-01T00:00:00Z');
  record(recording, { type: 'loss', from: 0, loss: [1 / 3, Number.NaN], accuracy: [2 / 3, 1] });
  for (let at = 0; at < 60; at++) {
    const layer = { name: 'a', weight: Float32Array.of(at), gradient: Float32Array.of(0) };
    record(recording, { type: 'units', at, layers: [layer] });
  }
  const removal = {
    task: 0,
    epoch: 1,
    score: 'margin',
    removed: Uint32Array.of(3),
    kept: 4,
  } as const;
  record(recording, { type: 'removal', at: 5, removal, removed: picture, kept: picture });
  record(recording, {
    type: 'buffer',
    at: 5,
    capacity: 9,
    tasks: Uint16Array.of(0),
    content: picture,
  });
  return recording;
}

test('leaves out pictures and most snapshots, and nothing that charts are drawn from', () => {
  const recording = whole();
  const slim = slimRecording(recording);
  expect(slim.loss).toEqual([0.3333, Number.NaN]);
  expect(slim.right).toEqual([0.6667, 1]);
  expect(slim.units.map(({ at }) => at)).toEqual([0, 12, 24, 35, 47, 59]);
  expect(slim.removals).toEqual([{ at: 5, removal: recording.removals[0]!.removal }]);
  expect(slim.buffers).toEqual([]);
  // The recording that it was made of is still whole.
  expect(recording.units).toHaveLength(60);
  expect(recording.buffers).toHaveLength(1);
});

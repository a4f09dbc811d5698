import { expect, test } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import { newRecording, record, type Recording } from '../../../src/lab/recording/recording.ts';
import { keptRecording, slimRecording } from '../../../src/lab/recording/recording-slim.ts';

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

test('to be kept, has few pictures and no more magnitudes than there is room for', () => {
  const recording = whole();
  for (let at = 6; at < 40; at++) {
    const removal = { ...recording.removals[0]!.removal, epoch: at };
    record(recording, { type: 'removal', at, removal, removed: picture, kept: picture });
    if (at < 15) {
      const tasks = Uint16Array.of(0);
      record(recording, { type: 'buffer', at, capacity: 9, tasks, content: picture });
    }
  }
  const kept = keptRecording(recording);
  expect(kept.buffers.map(({ at }) => at)).toEqual([5, 8, 11, 14]);
  expect(kept.removals.map(({ at }) => at)).toEqual(recording.removals.map(({ at }) => at));
  const pictured = kept.removals.filter((each) => each.removed && each.kept);
  expect(pictured).toHaveLength(12);
  expect([pictured[0]!.at, pictured.at(-1)!.at]).toEqual([5, 39]);
  expect(kept.removals.every(({ removal }) => removal.kept === 4)).toBe(true);
  // Sixty of eight bytes each are no burden.
  expect(kept.units).toHaveLength(60);
  expect(kept.loss).toBe(recording.loss);

  // A MiB each, half of it weights: there is room for four.
  const numbers = new Float32Array(2 ** 17);
  recording.units.splice(0);
  for (let at = 0; at < 10; at++) {
    const layers = [{ name: 'a', weight: numbers, gradient: numbers }];
    record(recording, { type: 'units', at, layers });
  }
  expect(keptRecording(recording).units.map(({ at }) => at)).toEqual([0, 3, 6, 9]);
  expect(recording.buffers).toHaveLength(10);
});

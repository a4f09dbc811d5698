/** Where the time of a step is read from, and the words for time and memory, by example. */
import { expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import { newRecording } from '../../../src/lab/recording/recording.ts';
import type { Report } from '../../../src/lab/report/report.ts';
import {
  arrivalSentence,
  lessThanDense,
  speedSentence,
} from '../../../src/ui/views/cost/ledger-sentences.ts';
import { memoryLines, sumBytes } from '../../../src/ui/views/cost/ledger-words.ts';
import { paceLine, speedUp, stepMsAt, timesByKind } from '../../../src/ui/views/cost/step-time.ts';

const recording = newRecording({ ...DEFAULTS, batch: 32 }, null);
recording.pace.push(
  { at: 1, imagesPerSecond: 0 },
  { at: 10, imagesPerSecond: 64 },
  { at: 20, imagesPerSecond: 320 },
);

it('reads a step from the pace of the moment: 32 images at 64 a second are half a second', () => {
  expect(stepMsAt(recording, 0)).toBeNull();
  expect(stepMsAt(recording, 5)).toBeNull();
  expect(stepMsAt(recording, 10)).toEqual({ ms: 500, from: 'pace' });
  expect(stepMsAt(recording, 19)).toEqual({ ms: 500, from: 'pace' });
  expect(stepMsAt(recording, 99)).toEqual({ ms: 100, from: 'pace' });
});

it('falls back on the report, once the run is over', () => {
  const ended = newRecording(DEFAULTS, null);
  ended.report = { steps: 50, timing: { millisecondsPerStep: 12.5 } } as Report;
  expect(stepMsAt(ended, 49)).toBeNull();
  expect(stepMsAt(ended, 50)).toEqual({ ms: 12.5, from: 'report' });
});

it('sets times by kind side by side; dispatches without a line of their own count as the rest', () => {
  const sparse = { ms: 10, kinds: { forward: 3, gather: 1, loss: 0.5, other: 0.25, update: 1 } };
  const dense = { ms: 80, kinds: { forward: 30, gather: 1, update: 10, 'weight-gradient': 20 } };
  const rows = timesByKind({ sparse, dense })!;
  expect(rows.map(({ kind, ours, dense: theirs }) => [kind, ours, theirs])).toEqual([
    ['forward', 3, 30],
    ['weight-gradient', 0, 20],
    ['update', 1, 10],
    ['other', 1.75, 1],
  ]);
  expect(speedUp({ sparse, dense })).toBe(8);
  expect(timesByKind({ sparse, dense: { ms: 80, kinds: null } })).toBeNull();
});

it('draws the pace as means of equal shares, and none of what is still to come', () => {
  const pace = [2, 4, 6, 8, 10].map((at) => ({ at, imagesPerSecond: 10 * at }));
  expect(paceLine({ pace }, 9, 10)).toEqual([
    { step: 2, perSecond: 20 },
    { step: 4, perSecond: 40 },
    { step: 6, perSecond: 60 },
    { step: 8, perSecond: 80 },
  ]);
  expect(paceLine({ pace }, 10, 2)).toEqual([
    { step: 6, perSecond: 40 },
    { step: 10, perSecond: 90 },
  ]);
  expect(paceLine({ pace }, 1, 2)).toEqual([]);
});

it('lists memory with what training takes first, leaves out none that it has no words for', () => {
  const lines = memoryLines({ images: 64, novel: 4, weights: 16, gradients: 0, indices: 8 });
  expect(lines.map(({ kind, bytes, training }) => [kind, bytes, training])).toEqual([
    ['weights', 16, true],
    ['indices', 8, true],
    ['images', 64, false],
    ['novel', 4, false],
  ]);
  expect(sumBytes(lines)).toBe(92);
});

it('says how fast that is', () => {
  expect(speedSentence(8.14)).toBe('8.1× faster than a dense step');
  expect(speedSentence(1.02)).toBe('as fast as a dense step');
  expect(speedSentence(0.5)).toBe('2× slower than a dense step');
  expect(speedSentence(Number.NaN)).toBe('not known');
});

it('says how much of the saving arrives: of 10 times less, 8 times faster is 80 %', () => {
  expect(arrivalSentence(10, 8)).toContain('80 %');
  expect(arrivalSentence(1, 1)).toContain('little to gain');
});

it('says how ours stands to dense', () => {
  expect(lessThanDense({ ours: 10, dense: 93 })).toBe('9.3× less');
  expect(lessThanDense({ ours: 14, dense: 10 })).toBe('1.4× more');
  expect(lessThanDense({ ours: 10, dense: 10 })).toBe('as much');
  expect(lessThanDense({ ours: 0, dense: 10 })).toBe('');
});

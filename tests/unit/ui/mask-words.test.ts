/** What the wall says of layers and units, and how it counts turnover and freshness, against cases by hand. */
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import type { UnitGrid } from '../../../src/lab/protocol.ts';
import { newRecording } from '../../../src/lab/recording/recording.ts';
import { FADE, freshness, pulsesAfter } from '../../../src/ui/views/masks/mask-freshness.ts';
import type { LayerState } from '../../../src/ui/views/masks/mask-replay.ts';
import { gathered, turnoverOf } from '../../../src/ui/views/masks/mask-series.ts';
import {
  ageOf,
  formatMagnitude,
  layerName,
  magnitudesOf,
  tapName,
  whereIs,
} from '../../../src/ui/views/masks/mask-words.ts';

const GRID: UnitGrid = {
  kind: 'block',
  taps: 9,
  rows: 8,
  columns: 4,
  strides: [4, 36, 1],
  extent: [4, 8],
};

/** Of four units: one from the start, one young, one dropped, one that never lived. */
const LAYER: LayerState = {
  mask: { name: 'conv2', units: 4, live: Uint32Array.of(0), grid: GRID },
  born: Int16Array.of(0, 1, -2, -1),
  changedAt: Int32Array.of(-1, 300, 439, -1),
  churn: Uint16Array.of(0, 3, 1, 0),
  living: [1, 1],
  live: 2,
  revision: 3,
};

describe('names', () => {
  it.each([
    ['conv3', null, 'conv 3', 'Convolution 3'],
    ['fc1', null, 'layer 1', 'Fully connected layer 1'],
    ['layer2.0.conv1', 'Stage 2', '1.1', 'Stage 2, block 1, convolution 1'],
    ['layer4.1.conv2', 'Stage 4', '2.2', 'Stage 4, block 2, convolution 2'],
    ['my.own', null, 'my.own', 'my.own'],
  ])('%s', (name, group, short, full) => {
    expect(layerName(name)).toEqual({ group, short, full });
  });

  it('tell a tap by where it is', () => {
    expect(Array.from({ length: 9 }, (_, tap) => tapName(tap, 9))).toEqual([
      'top left',
      'top',
      'top right',
      'left',
      'centre',
      'right',
      'bottom left',
      'bottom',
      'bottom right',
    ]);
    expect(tapName(0, 1)).toBeNull();
    expect(tapName(6, 25)).toBe('tap 7 of 25');
  });
});

describe('a unit', () => {
  it('is told by its tap and its channels, from 1', () => {
    expect(whereIs(GRID, 2 * 36 + 4 * 4 + 1)).toBe('Block, centre tap, outputs 9–12, inputs 9–16');
    // The last range may be ragged.
    expect(whereIs(GRID, 7 * 36 + 3)).toBe(
      'Block, top left tap, outputs from 29 on, inputs from 25 on',
    );
    const filter = { ...GRID, kind: 'filter', taps: 1, columns: 1, strides: [0, 1, 0] } as const;
    expect(whereIs(filter, 4)).toBe('Filter 5 of 8');
    const weight = { ...GRID, kind: 'weight', extent: [1, 1] } as const;
    expect(whereIs(weight, 36)).toBe('Weight, top left tap, output 2, input 1');
  });

  it('is told by its age', () => {
    expect(ageOf(LAYER, 0, 440)).toBe('lives since before training');
    expect(ageOf(LAYER, 1, 440)).toBe('born in task 2, 140 steps ago; has changed 3 times');
    expect(ageOf(LAYER, 2, 440)).toBe('dead: dropped 1 step ago, was born in task 1');
    expect(ageOf(LAYER, 3, 440)).toBe('dead: has never lived');
  });

  it('is told by its magnitudes, where they were measured in its lifetime', () => {
    const measured = { at: 320, weight: 0.01234, gradient: 3.14e-7 };
    expect(magnitudesOf(LAYER, 1, measured)).toBe('|w| 0.012, |g| 3.1 × 10⁻⁷');
    expect(magnitudesOf(LAYER, 0, { ...measured, gradient: 0 })).toBe(
      '|w| 0.012, |g| none computed',
    );
    expect(magnitudesOf(LAYER, 1, { ...measured, at: 299 })).toBe(
      'too young to have been measured',
    );
    expect(magnitudesOf(LAYER, 2, measured)).toBeNull();
    expect(magnitudesOf(LAYER, 1, null)).toBeNull();
    expect([0, 12.34, 12345, 0.00011].map(formatMagnitude)).toEqual([
      '0',
      '12',
      '1.2 × 10⁴',
      '0.00011',
    ]);
  });
});

describe('turnover', () => {
  const recording = newRecording(DEFAULTS, null, '2026-01-01T00:00:00Z');
  for (const [i, [dropped, grown]] of [
    [[1], [2, 3]],
    [[], []],
    [[2], [4]],
    [[3, 4], []],
  ].entries()) {
    const layer = {
      name: 'conv2',
      units: 9,
      before: 0,
      after: [6, 6, 6, 4][i]!,
      dropped: Uint32Array.from(dropped!),
      grown: Uint32Array.from(grown!),
    };
    const change = { task: 0, step: 0, density: 0.5, layers: [layer] };
    recording.changes.push({ at: 10 * (i + 1), change });
  }

  it('is read up to a moment', () => {
    const turns = turnoverOf(recording, 'conv2', 30);
    expect(turns.map(({ at, live, dropped, grown }) => [at, live, dropped, grown])).toEqual([
      [10, 6, 1, 2],
      [20, 6, 0, 0],
      [30, 6, 1, 1],
    ]);
    expect(turnoverOf(recording, 'conv3', 30)).toEqual([]);
  });

  it('is added up where there are more changes than bars', () => {
    const turns = turnoverOf(recording, 'conv2', 100);
    expect(gathered(turns, 50, 4)).toBe(turns);
    // Two stretches of 25 steps: 10 and 20, 30 and 40.
    expect(gathered(turns, 50, 2).map(({ dropped, grown }) => [dropped, grown])).toEqual([
      [1, 2],
      [3, 1],
    ]);
  });
});

describe('freshness', () => {
  const moment = { at: 100, window: 8, pulses: [], now: 0 };

  it('fades with the steps since a change, in four levels', () => {
    expect([100, 99, 98, 95, 93, 92, 50].map((at) => freshness(moment, at))).toEqual([
      1, 1, 0.75, 0.5, 0.25, 0, 0,
    ]);
    expect(freshness(moment, 101)).toBe(0);
  });

  it('fades with the time since a change was seen, however many steps that took', () => {
    const pulses = pulsesAfter([], 40, 60, 1000);
    const seen = (now: number, changedAt: number) =>
      freshness({ ...moment, pulses, now }, changedAt);
    expect(seen(1000, 50)).toBe(1);
    expect(seen(1000 + FADE / 2, 50)).toBeCloseTo(0.75, 6);
    expect(seen(1000 + FADE, 50)).toBe(0);
    expect(seen(1000, 40)).toBe(0);
    expect(pulsesAfter(pulses, 60, 60, 1000 + FADE)).toEqual([]);
    expect(pulsesAfter(pulses, 60, 60, 1001)).toEqual(pulses);
    expect(pulsesAfter(pulses, 60, 70, 1001)).toHaveLength(2);
    expect(pulsesAfter(pulses, 60, 59, 1001)).toEqual([]);
  });
});

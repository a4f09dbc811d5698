/**
 * The replayed mask at any step, in any order of steps, against a plain rebuild from the first mask on and against
 * a case worked out by hand.
 */
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import type { LayerMask } from '../../../src/lab/protocol.ts';
import {
  newRecording,
  type MaskChanged,
  type Recording,
} from '../../../src/lab/recording/recording.ts';
import { formerTask, MaskReplay, NEVER } from '../../../src/ui/views/masks/mask-replay.ts';

function layer(name: string, units: number, live: readonly number[]): LayerMask {
  const grid = {
    kind: 'block',
    taps: 1,
    rows: units,
    columns: 1,
    strides: [0, 1, 1],
    extent: [4, 4],
  } as const;
  return { name, units, live: Uint32Array.from(live), grid };
}

interface Turn {
  readonly name: string;
  readonly dropped: readonly number[];
  readonly grown: readonly number[];
}

function change(at: number, task: number, layers: readonly Turn[]): MaskChanged {
  return {
    at,
    change: {
      task,
      step: 0,
      density: 0,
      layers: layers.map(({ name, dropped, grown }) => ({
        name,
        units: 0,
        before: 0,
        after: 0,
        dropped: Uint32Array.from(dropped),
        grown: Uint32Array.from(grown),
      })),
    },
  };
}

function recordingOf(masks: readonly LayerMask[], changes: readonly MaskChanged[]): Recording {
  const recording = newRecording(DEFAULTS, null, '2026-01-01T00:00:00Z');
  recording.masks = masks;
  recording.changes.push(...changes);
  return recording;
}

/** mulberry32 */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a unit's history comes to, unit by unit. */
function rebuilt({ masks, changes }: Recording, at: number) {
  return masks.map(({ name, units, live }) =>
    Array.from({ length: units }, (_, unit) => {
      let lives = live.includes(unit);
      let task = lives ? 0 : null;
      let changedAt = -1;
      let churn = 0;
      for (const one of changes) {
        if (one.at > at) continue;
        const turn = one.change.layers.find((each) => each.name === name);
        const drops = turn?.dropped.includes(unit) ?? false;
        const grows = turn?.grown.includes(unit) ?? false;
        if (!drops && !grows) continue;
        churn += 1;
        changedAt = one.at;
        lives = grows;
        if (grows) task = one.change.task;
      }
      return { lives, task, changedAt, churn };
    }),
  );
}

function shown(replay: MaskReplay) {
  return replay.layers.map(({ born, changedAt, churn }) =>
    Array.from(born, (each, unit) => ({
      lives: each >= 0,
      task: each >= 0 ? each : formerTask(each),
      changedAt: changedAt[unit],
      churn: churn[unit],
    })),
  );
}

/** A run whose mask moves `steps` times in two layers, and at times in one of them alone. */
function wandering(steps: number, units: number, seed: number): Recording {
  const draw = random(seed);
  const masks = [
    layer('a', units, pick(units, 0.3, draw)),
    layer('b', units / 2, pick(units / 2, 0.2, draw)),
  ];
  const live = masks.map((mask) => new Set(mask.live));
  const changes = Array.from({ length: steps }, (_, i) => {
    const turns = masks.map(({ name, units: count }, l) => {
      if (draw() < 0.3) return { name, dropped: [], grown: [] };
      const dropped = Array.from(live[l]!).filter(() => draw() < 0.2);
      for (const unit of dropped) live[l]!.delete(unit);
      const grown = Array.from({ length: count }, (__, unit) => unit).filter(
        (unit) => !live[l]!.has(unit) && draw() < 0.07,
      );
      for (const unit of grown) live[l]!.add(unit);
      return { name, dropped: dropped.sort((x, y) => x - y), grown };
    });
    return change(5 * i + Math.floor(3 * draw()), Math.floor((4 * i) / steps), turns);
  });
  return recordingOf(masks, changes);
}

const pick = (units: number, share: number, draw: () => number): number[] =>
  Array.from({ length: units }, (_, unit) => unit).filter(() => draw() < share);

describe('MaskReplay', () => {
  it('tells birth, last change and churn of every unit, as worked out by hand', () => {
    const recording = recordingOf(
      [layer('a', 5, [0, 1])],
      [
        change(10, 0, [{ name: 'a', dropped: [0], grown: [2] }]),
        // Dropped and grown at once: new, and touched once.
        change(20, 1, [{ name: 'a', dropped: [1, 2], grown: [0, 1] }]),
      ],
    );
    const replay = new MaskReplay(recording);
    const [state] = replay.layers;
    replay.seek(9);
    expect(Array.from(state!.born)).toEqual([0, 0, NEVER, NEVER, NEVER]);
    expect(state).toMatchObject({ live: 2, living: [2], revision: 0 });
    replay.seek(10);
    expect(Array.from(state!.born)).toEqual([-2, 0, 0, NEVER, NEVER]);
    expect(Array.from(state!.changedAt)).toEqual([10, -1, 10, -1, -1]);
    expect(state).toMatchObject({ live: 2, living: [2], revision: 1 });
    replay.seek(1000);
    expect(Array.from(state!.born)).toEqual([1, 1, -2, NEVER, NEVER]);
    expect(Array.from(state!.changedAt)).toEqual([20, 20, 20, -1, -1]);
    expect(Array.from(state!.churn)).toEqual([2, 1, 2, 0, 0]);
    expect(state).toMatchObject({ live: 2, living: [0, 2], revision: 2 });
    expect(formerTask(-2)).toBe(0);
    expect(formerTask(-5)).toBe(3);
    expect(formerTask(NEVER)).toBeNull();
    expect(formerTask(2)).toBeNull();
  });

  it('agrees with a rebuild from scratch at steps in any order', () => {
    const recording = wandering(160, 60, 7);
    const replay = new MaskReplay(recording);
    const draw = random(3);
    for (let i = 0; i < 150; i++) {
      // Near moves and far ones, both ways, and past the end.
      const at = i % 3 === 0 ? Math.floor(840 * draw()) : Math.max(0, (i * 37) % 810);
      replay.seek(at);
      expect(shown(replay), `at ${at}`).toEqual(rebuilt(recording, at));
      const alive = replay.layers.map(({ born }) => born.filter((each) => each >= 0).length);
      expect(replay.layers.map(({ live }) => live)).toEqual(alive);
      expect(replay.layers.map(({ living }) => living.reduce((a, b) => a + b, 0))).toEqual(alive);
    }
  });

  it('goes on while the recording grows', () => {
    const whole = wandering(40, 40, 11);
    const recording = recordingOf(whole.masks, []);
    const replay = new MaskReplay(recording);
    for (const each of whole.changes) {
      recording.changes.push(each);
      replay.seek(each.at);
      expect(shown(replay)).toEqual(rebuilt(recording, each.at));
    }
    replay.seek(60);
    expect(shown(replay)).toEqual(rebuilt(whole, 60));
  });

  it('has the same revision wherever a layer is the same', () => {
    const recording = recordingOf(
      [layer('a', 3, [0]), layer('b', 3, [0])],
      [
        change(10, 0, [{ name: 'a', dropped: [], grown: [1] }]),
        change(20, 0, [{ name: 'b', dropped: [0], grown: [1] }]),
      ],
    );
    const replay = new MaskReplay(recording);
    const revisions = (at: number) => {
      replay.seek(at);
      return replay.layers.map(({ revision }) => revision);
    };
    expect(revisions(25)).toEqual([1, 2]);
    expect(revisions(15)).toEqual([1, 0]);
    expect(revisions(0)).toEqual([0, 0]);
  });
});

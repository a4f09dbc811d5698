/**
 * Which units of every sparse layer live at a step of a recorded run, and since when: the changes of the mask in the
 * recording, replayed. Going forwards applies the changes in between. Going back starts from a copy that was kept on
 * the way, so that scrubbing over hundreds of changes costs no more than one pass over the units.
 */
import { countAt, type MaskChanged, type Recording } from '../../../lab/recording/recording.ts';
import type { LayerMask } from '../../../lab/protocol.ts';

/** `born` of a unit that is dead and has never lived. */
export const NEVER = -1;

/** One layer at the moment that was sought; the arrays are written over by the next `seek`. */
export interface LayerState {
  readonly mask: LayerMask;
  /**
   * [units] the task in which a live unit was born, 0 for those of the first mask; `NEVER`; or, of a dead unit
   * that has lived, what `formerTask` reads.
   */
  readonly born: Int16Array<ArrayBuffer>;
  /** [units] steps that were done when a unit last came or went; −1: it never has. */
  readonly changedAt: Int32Array<ArrayBuffer>;
  /** [units] changes of the mask that touched a unit so far; one that drops and grows it again counts once. */
  readonly churn: Uint16Array<ArrayBuffer>;
  /** Live units by the task of their birth. */
  readonly living: readonly number[];
  /** Live units. */
  readonly live: number;
  /** How many changes there were up to the last that touched this layer: the same number means the same mask. */
  readonly revision: number;
}

/** The task of whose ink a dead unit keeps a trace; null where it never lived. */
export function formerTask(born: number): number | null {
  return born < NEVER ? NEVER - 1 - born : null;
}

const traceOf = (born: number): number => NEVER - 1 - born;

type Writable = { -readonly [Key in keyof LayerState]: LayerState[Key] } & { living: number[] };

/** Everything but the mask, after `done` changes. */
interface Keyframe {
  readonly done: number;
  readonly layers: readonly Omit<LayerState, 'mask'>[];
}

/** Bytes that may be taken by copies of the state. */
const KEPT_BYTES = 48 * 2 ** 20;
const BYTES_A_UNIT = 8;
const MOST_CHURN = 0xffff;

export class MaskReplay {
  readonly recording: Recording;
  /** The masks that this began from: `recording.masks` may come, or be replaced, after the recording began. */
  readonly masks: readonly LayerMask[];
  readonly layers: readonly LayerState[];
  readonly #layers: readonly Writable[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #units: number;
  readonly #mostKeyframes: number;
  #keyframes: Keyframe[];
  /** Units touched by the first i changes, as far as has been replayed. */
  readonly #touched: number[] = [0];
  /** Keyframes are at least so many times all units apart. */
  #spacing = 1;
  #done = 0;

  constructor(recording: Recording) {
    this.recording = recording;
    this.masks = recording.masks;
    this.#layers = this.masks.map(initial);
    this.layers = this.#layers;
    this.#index = new Map(this.masks.map(({ name }, i) => [name, i]));
    this.#units = this.masks.reduce((sum, { units }) => sum + units, 0);
    const affordable = Math.floor(KEPT_BYTES / Math.max(1, this.#units * BYTES_A_UNIT));
    this.#mostKeyframes = Math.min(64, Math.max(1, affordable));
    this.#keyframes = [this.#copy()];
  }

  /** Changes of the mask up to the moment that was sought. */
  get done(): number {
    return this.#done;
  }

  /** Brings `layers` to the moment when `at` steps were done, the changes made by then included. */
  seek(at: number): void {
    const { changes } = this.recording;
    const target = countAt(changes, at);
    const keyframe = this.#keyframes.findLast(({ done }) => done <= target)!;
    if (target < this.#done || keyframe.done > this.#done) this.#restore(keyframe);
    while (this.#done < target) {
      this.#apply(changes[this.#done]!);
      this.#keep();
    }
  }

  #apply({ at, change }: MaskChanged): void {
    const { task } = change;
    let touched = 0;
    this.#done++;
    for (const { name, dropped, grown } of change.layers) {
      const layer = this.#layers[this.#index.get(name) ?? -1];
      if (!layer || dropped.length + grown.length === 0) continue;
      const { born, changedAt, churn, living } = layer;
      for (const unit of dropped) {
        const was = born[unit]!;
        if (was >= 0) {
          living[was] = (living[was] ?? 0) - 1;
          layer.live--;
          born[unit] = traceOf(was);
        }
        if (churn[unit]! < MOST_CHURN) churn[unit]!++;
        changedAt[unit] = at;
      }
      let next = 0;
      for (const unit of grown) {
        // Both lists ascend. A unit in both has been counted, and begins anew.
        while (next < dropped.length && dropped[next]! < unit) next++;
        if (dropped[next] !== unit && churn[unit]! < MOST_CHURN) churn[unit]!++;
        const was = born[unit]!;
        if (was >= 0) living[was] = (living[was] ?? 0) - 1;
        else layer.live++;
        living[task] = (living[task] ?? 0) + 1;
        born[unit] = task;
        changedAt[unit] = at;
      }
      layer.revision = this.#done;
      touched += dropped.length + grown.length;
    }
    this.#touched[this.#done] = this.#touched[this.#done - 1]! + touched;
  }

  /** Keeps a copy where replaying from the last one has come to cost as much as taking it up. */
  #keep(): void {
    const last = this.#keyframes.at(-1)!;
    const since = this.#touched[this.#done]! - this.#touched[last.done]!;
    if (this.#done <= last.done || since < this.#spacing * this.#units) return;
    if (this.#keyframes.length >= this.#mostKeyframes) {
      this.#keyframes = this.#keyframes.filter((_, i) => i % 2 === 0);
      this.#spacing *= 2;
      if (this.#keyframes.length >= this.#mostKeyframes) return;
    }
    this.#keyframes.push(this.#copy());
  }

  #copy(): Keyframe {
    const layers = this.#layers.map(({ born, changedAt, churn, living, live, revision }) => ({
      born: born.slice(),
      changedAt: changedAt.slice(),
      churn: churn.slice(),
      living: living.slice(),
      live,
      revision,
    }));
    return { done: this.#done, layers };
  }

  #restore({ done, layers }: Keyframe): void {
    this.#done = done;
    for (const [i, layer] of this.#layers.entries()) {
      const kept = layers[i]!;
      // What was last touched by the same change is as it was kept.
      if (kept.revision === layer.revision) continue;
      layer.born.set(kept.born);
      layer.changedAt.set(kept.changedAt);
      layer.churn.set(kept.churn);
      layer.living = kept.living.slice();
      layer.live = kept.live;
      layer.revision = kept.revision;
    }
  }
}

function initial(mask: LayerMask): Writable {
  const born = new Int16Array(mask.units).fill(NEVER);
  for (const unit of mask.live) born[unit] = 0;
  return {
    mask,
    born,
    changedAt: new Int32Array(mask.units).fill(-1),
    churn: new Uint16Array(mask.units),
    living: [mask.live.length],
    live: mask.live.length,
    revision: 0,
  };
}

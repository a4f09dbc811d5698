/**
 * How fresh a change of the mask looks: by the steps since it was made, and, where it has been watched being made, by
 * the time since it was seen, because a quick device makes dozens of steps before an eye has moved.
 */

/** Changes made after `from` and by `to` steps, first seen at `start` (milliseconds). */
export interface Pulse {
  readonly from: number;
  readonly to: number;
  readonly start: number;
}

/** Milliseconds in which a change that has been seen fades. */
export const FADE = 1400;
/** Levels that freshness by steps goes through, so that not every step is a new picture. */
const LEVELS = 4;

export interface Moment {
  /** Steps that are done. */
  readonly at: number;
  /** Steps in which a change fades. */
  readonly window: number;
  readonly pulses: readonly Pulse[];
  /** Milliseconds. */
  readonly now: number;
}

/** From 1 for what has just changed to 0. */
export function freshness({ at, window, pulses, now }: Moment, changedAt: number): number {
  const age = at - changedAt;
  if (age < 0) return 0;
  const bySteps = Math.ceil(LEVELS * Math.max(0, 1 - age / window)) / LEVELS;
  const pulse = pulses.find(({ from, to }) => changedAt > from && changedAt <= to);
  return Math.max(bySteps, pulse ? share(pulse, now) : 0);
}

/** Drops what has faded, and adds what a move from one moment to another has brought into sight. */
export function pulsesAfter(
  pulses: readonly Pulse[],
  from: number,
  to: number,
  now: number,
): readonly Pulse[] {
  // Going back shows no change being made.
  if (to < from) return [];
  const alive = pulses.filter((pulse) => share(pulse, now) > 0);
  return to > from ? [...alive, { from, to, start: now }] : alive;
}

/** Eased, so that a change is bright for a while and then goes quickly. */
function share({ start }: Pulse, now: number): number {
  const passed = Math.max(0, (now - start) / FADE);
  return passed >= 1 ? 0 : 1 - passed ** 2;
}

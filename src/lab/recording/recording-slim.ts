/**
 * Recordings that take less room than the one that grew: to be part of a page, without pictures, with fewer snapshots
 * and with numbers as exact as a chart can show; and to be kept beside many others, with fewer pictures and snapshots.
 * Everything else, every change of the mask among it, stays as it was.
 */
import type { ImagesRemoved, Recording, UnitSnapshot } from './recording.ts';

const UNIT_SNAPSHOTS = 6;
const PACES = 64;
const DIGITS = 4;

export function slimRecording(recording: Recording): Recording {
  const { report } = recording;
  return {
    ...recording,
    loss: rounded(recording.loss),
    right: rounded(recording.right),
    pace: some(recording.pace, PACES),
    units: some(recording.units, UNIT_SNAPSHOTS),
    removals: recording.removals.map(unpictured),
    buffers: [],
    report: report && { ...report, loss: rounded(report.loss) },
  };
}

/** Snapshots of a recording that is kept, and bytes that those of units may take where there are more than two. */
const KEPT = { buffers: 4, pictured: 12, unitBytes: 4 * 2 ** 20 } as const;

/** A recording with no more than some megabytes of what comes for as long as a run lasts. */
export function keptRecording(recording: Recording): Recording {
  const { buffers, removals, units } = recording;
  const affordable = Math.floor(KEPT.unitBytes / Math.max(1, bytesOf(units[0])));
  const pictured = new Set(
    some(
      removals.filter(({ removed, kept }) => removed ?? kept),
      KEPT.pictured,
    ),
  );
  return {
    ...recording,
    buffers: some(buffers, KEPT.buffers),
    units: some(units, Math.max(2, affordable)),
    removals: removals.map((removal) => (pictured.has(removal) ? removal : unpictured(removal))),
  };
}

const unpictured = ({ at, removal }: ImagesRemoved): ImagesRemoved => ({ at, removal });

const bytesOf = (snapshot: UnitSnapshot | undefined): number =>
  (snapshot?.layers ?? []).reduce(
    (sum, { weight, gradient }) => sum + weight.byteLength + gradient.byteLength,
    0,
  );

const rounded = (values: readonly number[]): number[] =>
  values.map((value) => Number(value.toPrecision(DIGITS)));

/** At most `most` entries, evenly spread, the first and the last among them. */
function some<Entry>(list: readonly Entry[], most: number): Entry[] {
  if (list.length <= most) return [...list];
  return Array.from(
    { length: most },
    (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]!,
  );
}

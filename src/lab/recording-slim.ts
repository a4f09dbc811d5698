/**
 * A recording small enough to be part of a page: without pictures, with fewer snapshots, and with numbers as exact as
 * a chart can show. Everything else, every change of the mask among it, stays as it was.
 */
import type { Recording } from './recording.ts';

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
    removals: recording.removals.map(({ at, removal }) => ({ at, removal })),
    buffers: [],
    report: report && { ...report, loss: rounded(report.loss) },
  };
}

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

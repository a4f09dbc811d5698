/**
 * How long a step takes, from the best that is known at a moment: timed by itself where that was asked for, else by
 * the pace of the run, else by its report.
 */
import {
  countAt,
  latest,
  type Measured,
  type Recording,
} from '../../../lab/recording/recording.ts';
import { KINDS, WORK, type LedgerKind, type Words } from './ledger-words.ts';

export interface StepMs {
  readonly ms: number;
  readonly from: 'pace' | 'report';
}

/**
 * Milliseconds of a whole step as the run itself went when `at` steps were done. A pace is of full batches of current
 * images: batch · 1000 / ms. Null before there is one.
 */
export function stepMsAt(recording: Recording, at: number): StepMs | null {
  const pace = latest(recording.pace, at)?.imagesPerSecond ?? 0;
  if (pace > 0) return { ms: (1000 * recording.config.batch) / pace, from: 'pace' };
  const { report } = recording;
  if (report && at >= report.steps)
    return { ms: report.timing.millisecondsPerStep, from: 'report' };
  return null;
}

export interface KindTime extends Words {
  readonly kind: string;
  readonly ours: number;
  readonly dense: number;
}

/**
 * Milliseconds by kind of work, ours beside dense. Kinds without a measured time are left out. Null where the adapter
 * can only time the whole step. Kinds of dispatch that the ledger has no line for count as "other".
 */
export function timesByKind({ sparse, dense }: Measured): readonly KindTime[] | null {
  if (!sparse.kinds || !dense.kinds) return null;
  const ours = byLedgerKind(sparse.kinds);
  const theirs = byLedgerKind(dense.kinds);
  return KINDS.map((kind) => ({
    kind,
    ...WORK[kind],
    ours: ours[kind],
    dense: theirs[kind],
  })).filter((row) => row.ours > 0 || row.dense > 0);
}

function byLedgerKind(kinds: Readonly<Record<string, number>>): Record<LedgerKind, number> {
  const sums = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<LedgerKind, number>;
  for (const [kind, ms] of Object.entries(kinds)) {
    sums[Object.hasOwn(sums, kind) ? (kind as LedgerKind) : 'other'] += ms;
  }
  return sums;
}

/** How many times faster a step is than a dense one here; below 1: slower. */
export function speedUp({ sparse, dense }: Measured): number {
  return dense.ms / sparse.ms;
}

export interface PacePoint {
  readonly step: number;
  readonly perSecond: number;
}

/** Images a second up to `at`, at most `points` means of equal shares of what was noted. */
export function paceLine(
  { pace }: Pick<Recording, 'pace'>,
  at: number,
  points: number,
): readonly PacePoint[] {
  const known = countAt(pace, at);
  const stretch = Math.max(1, Math.ceil(known / points));
  const line: PacePoint[] = [];
  for (let from = 0; from < known; from += stretch) {
    const to = Math.min(known, from + stretch);
    let sum = 0;
    for (let i = from; i < to; i++) sum += pace[i]!.imagesPerSecond;
    line.push({ step: pace[to - 1]!.at, perSecond: sum / (to - from) });
  }
  return line;
}

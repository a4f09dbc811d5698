/** A run among those that are compared: its place gives it a letter, an ink and a dash pattern wherever it is drawn. */
import { recordedSteps, type Recording } from '../../lab/recording/recording.ts';
import type { RunSummary } from './run-summary.ts';

/** No more are told apart at a glance. */
export const MOST_COMPARED = 6;

export interface ComparedRun {
  readonly summary: RunSummary;
  readonly recording: Recording;
}

/** Inks that stay apart in both schemes, by place. */
const INKS = ['--task-1', '--task-3', '--task-4', '--task-9', '--task-7', '--task-10'] as const;
const DASHES = ['none', '8 4', '3 3', '12 3 2 3', '5 2', '1 5'] as const;

export function letterOf(place: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + place);
}

export function inkOf(place: number): string {
  return `var(${INKS[place % INKS.length]!})`;
}

export function dashOf(place: number): string {
  return DASHES[place % DASHES.length]!;
}

/** Steps that are done at a share of what there is of a run. */
export function stepAt(recording: Recording, share: number): number {
  return Math.round(share * recordedSteps(recording));
}

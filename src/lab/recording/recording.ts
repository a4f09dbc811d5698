/**
 * A run as it can be looked at again: everything that was sent while it went, in order of steps, as plain data
 * that can be kept and passed on. `record` adds an event; nothing is ever taken back, so any step that has been
 * can be gone back to. Snapshots that come for as long as a run lasts are thinned out, so that a recording of a
 * long run is not much larger than one of a short.
 */
import type { Config } from '../config/config.ts';
import type { AdapterSummary, Event, LayerMask } from '../protocol.ts';
import type { Report } from '../report/report.ts';
import {
  momentLists,
  MOMENTS,
  type Moment,
  type MomentEvent,
  type MomentLists,
} from './moments.ts';

type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>;
type Recorded<T extends Event['type']> = Omit<EventOf<T>, 'type'>;

export type Plan = Recorded<'plan'>;
export type MaskChanged = Moment<'mask'>;
export type ImagesRemoved = Moment<'removal'>;
export type UnitSnapshot = Moment<'units'>;
export type LedgerEntry = Moment<'ledger'>;
export type BufferContent = Moment<'buffer'>;
export type Measured = Recorded<'measured'>;

/** How fast it went, every tenth of a second or so. */
export interface Pace {
  readonly at: number;
  readonly imagesPerSecond: number;
}

/** Lists are in order of steps; `at` is steps that were done. Only `record` writes. */
export interface Recording extends MomentLists {
  readonly schema: 'palimpsest-recording/1';
  /** The preset that the config began from; null where there was none. */
  readonly preset: string | null;
  readonly config: Config;
  /** When it began: ISO 8601. */
  readonly startedAt: string;
  adapter: AdapterSummary | null;
  readonly notices: string[];
  plan: Plan | null;
  /** Mean loss of every step, and the share of its current images that were classified rightly; NaN: a gap. */
  readonly loss: number[];
  readonly right: number[];
  readonly pace: Pace[];
  /** The sparse layers before training. */
  masks: readonly LayerMask[];
  measured: Measured | null;
  report: Report | null;
}

/** Readings of the pace that are kept. */
const MOST_PACES = 1024;

export function newRecording(
  config: Config,
  preset: string | null,
  startedAt = new Date().toISOString(),
): Recording {
  return {
    schema: 'palimpsest-recording/1',
    preset,
    config,
    startedAt,
    adapter: null,
    notices: [],
    plan: null,
    loss: [],
    right: [],
    pace: [],
    masks: [],
    ...momentLists(),
    measured: null,
    report: null,
  };
}

/** Adds an event of the run; true where there was something to keep. */
export function record(recording: Recording, event: Event): boolean {
  switch (event.type) {
    case 'adapter':
      recording.adapter = event.adapter;
      return true;
    case 'notice':
      if (recording.notices.includes(event.message)) return false;
      recording.notices.push(event.message);
      return true;
    case 'plan':
      recording.plan = event;
      return true;
    case 'loss':
      put(recording.loss, event.from, event.loss);
      put(recording.right, event.from, event.accuracy);
      return true;
    case 'progress':
      recording.pace.push({ at: event.step, imagesPerSecond: event.imagesPerSecond });
      thin(recording.pace, MOST_PACES);
      return true;
    case 'masks':
      recording.masks = event.layers;
      return true;
    case 'measured':
      recording.measured = event;
      return true;
    case 'report':
      recording.report = event.report;
      return true;
    case 'state':
    case 'preparing':
    case 'profile':
    case 'speed':
    case 'estimate':
    case 'failure':
      return false;
    default:
      keep(recording, event);
      return true;
  }
}

function keep(recording: Recording, event: MomentEvent): void {
  const { list, most = Infinity } = MOMENTS[event.type];
  const entries: { readonly at: number }[] = recording[list];
  entries.push(event);
  thin(entries, most);
}

/** Steps that are known to be done. */
export function recordedSteps({ loss, pace }: Recording): number {
  return Math.max(loss.length, pace.at(-1)?.at ?? 0);
}

/** The last entry of a list that was there when `at` steps were done. */
export function latest<Entry extends { readonly at: number }>(
  list: readonly Entry[],
  at: number,
): Entry | null {
  return list[countAt(list, at) - 1] ?? null;
}

/** How many entries of a list were there when `at` steps were done. */
export function countAt(list: readonly { readonly at: number }[], at: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.at <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function put(series: number[], from: number, values: readonly number[]): void {
  while (series.length < from) series.push(Number.NaN);
  for (const [i, value] of values.entries()) series[from + i] = value;
}

/** Leaves every second entry out, first and last kept, once there are more than `most`. */
function thin(list: unknown[], most: number): void {
  if (list.length <= most) return;
  const kept = list.filter((_, i) => i % 2 === 0 || i === list.length - 1);
  list.length = 0;
  list.push(...kept);
}

/**
 * What a run tells of single moments, one line a kind: its event in the protocol is `{ type, at, …content }`, and a
 * recording keeps it in the list named here. A view with an event of its own adds a line, and finds
 * `recording[list]` filled.
 */
import type { RemovalEvent } from '../../continual/data-sparsity/data-removal.ts';
import type { HeadAccuracies } from '../../continual/evaluation/evaluator.ts';
import type { MaskEvent } from '../../sparse/mask/mask-owner.ts';
import type { Ledger } from '../report/ledger.ts';

/** Small pictures of a task's images, for a person to see. */
export interface Thumbnails {
  /** Indices into the task's images. */
  readonly images: Uint32Array<ArrayBuffer>;
  /** Which output each is trained for. */
  readonly heads: Uint16Array<ArrayBuffer>;
  /** [n][3][32][32] */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** Magnitudes of the units of one layer, dead ones 0. */
export interface UnitMagnitudes {
  readonly name: string;
  /** [units] mean |w| over the weights of a unit. */
  readonly weight: Float32Array<ArrayBuffer>;
  /** [units] mean |g| of the last step; 0 where no gradient is computed. */
  readonly gradient: Float32Array<ArrayBuffer>;
}

/** One row of R, after task `after` (−1: before any training). */
interface AccuracyContent {
  readonly after: number;
  readonly classIncremental: readonly number[];
  readonly taskIncremental: readonly number[];
  /** What the head alone gives, where a strategy classifies by something else. */
  readonly head?: HeadAccuracies;
}

/** What a change of the mask did. */
interface MaskContent {
  readonly change: MaskEvent;
}

/** Which images training leaves out from here on; where watched, with some of those that went and that stay. */
interface RemovalContent {
  readonly removal: RemovalEvent;
  readonly removed?: Thumbnails;
  readonly kept?: Thumbnails;
}

/** Magnitudes in the sparse layers, about once a second where watched. */
interface UnitsContent {
  readonly layers: readonly UnitMagnitudes[];
}

/**
 * What one step executes and moves now, and the bytes that are taken: sent before the first step and after changes of
 * the mask.
 */
interface LedgerContent {
  readonly step: Ledger;
  readonly bytes: Readonly<Record<string, number>>;
}

/** What sits in the replay buffer, slot by slot. */
interface BufferContent {
  readonly capacity: number;
  /** [slots shown] The task in which each was stored. */
  readonly tasks: Uint16Array<ArrayBuffer>;
  /** Its `images` are slots. */
  readonly content: Thumbnails;
}

/** How a kind is kept. `Content` is a type alone: nothing of it exists when the program runs. */
interface Kind<List extends string, Content> {
  /** The recording's list of them. */
  readonly list: List;
  /** When there are more, every second one is left out again. Unlimited where it is missing. */
  readonly most?: number;
  readonly content?: Content;
}

const kept =
  <Content>() =>
  <List extends string>(list: List, most = Infinity): Kind<List, Content> => ({ list, most });

export const MOMENTS = {
  accuracy: kept<AccuracyContent>()('accuracy'),
  mask: kept<MaskContent>()('changes'),
  removal: kept<RemovalContent>()('removals'),
  units: kept<UnitsContent>()('units', 64),
  ledger: kept<LedgerContent>()('ledger'),
  buffer: kept<BufferContent>()('buffers', 12),
} as const;

export type MomentName = keyof typeof MOMENTS;
type ContentOf<Name extends MomentName> =
  (typeof MOMENTS)[Name] extends Kind<string, infer Content> ? Content : never;

/** What is kept of one moment; `at` is how many steps were done. */
export type Moment<Name extends MomentName> = { readonly at: number } & ContentOf<Name>;

export type MomentEvent = {
  [Name in MomentName]: { readonly type: Name } & Moment<Name>;
}[MomentName];

/** The lists of a recording that moments are kept in, each in order of steps. */
export type MomentLists = {
  readonly [Name in MomentName as (typeof MOMENTS)[Name]['list']]: Moment<Name>[];
};

/** Empty ones. */
export function momentLists(): MomentLists {
  return Object.fromEntries(
    Object.values(MOMENTS).map(({ list }) => [list, []]),
  ) as unknown as MomentLists;
}

/** What a published result is: figures that say how they are known, and the preset that runs their protocol. */
import type { Config } from '../config/config.ts';

/**
 * How a figure is known: `seen` in a paper, in its authors' code or in a text that quotes it; `derived` from
 * architecture and protocol by the formula of `cost.ts`; `recalled` from memory, unverified.
 */
export type Known = 'seen' | 'derived' | 'recalled';

export interface Figure {
  readonly mean: number;
  /** Standard deviation over runs, where one is given. */
  readonly deviation: number | null;
  readonly known: Known;
}

export type PublishedStream =
  | 'Split CIFAR-10'
  | 'Split Tiny-ImageNet'
  | 'Split CIFAR-100, 5 × 20'
  | 'Split CIFAR-100, 10 × 10'
  | 'CIFAR-10'
  | 'CIFAR-100';

export interface PublishedRow {
  readonly method: string;
  readonly stream: PublishedStream;
  /** Share of the weights that is left out. */
  readonly sparsity: number;
  /** Images in the replay buffer; 0: none. */
  readonly buffer: number;
  /** Final average accuracies in per cent. A single task has but one; it stands under class-incremental. */
  readonly classIncremental: Figure | null;
  readonly taskIncremental: Figure | null;
  /** Floating-point operations of all training, in the published convention. */
  readonly flops: Figure | null;
  readonly source: string;
  /** What a reader should know of the row. */
  readonly note?: string;
  /** What runs it here; null where nothing does, or where its hyper-parameters are not known. */
  readonly protocol: PublishedProtocol | null;
}

/** A preset, the protocol of `data-shapes.ts` laid over it by name, and fields laid over both. */
export interface PublishedProtocol {
  readonly preset: string;
  readonly on?: string;
  readonly fields?: Partial<Config>;
}

const figure =
  (known: Known) =>
  (mean: number, deviation: number | null = null): Figure => ({ mean, deviation, known });

export const seen = figure('seen');
export const derived = figure('derived');
export const recalled = figure('recalled');

/**
 * The whole conversation between a page (or a script) and the worker that trains: `Command` one way,
 * `Event` the other. Nothing else crosses, and neither side waits for the other.
 */
import type { HeadAccuracies } from '../continual/evaluator.ts';
import type { RemovalEvent } from '../continual/data-removal.ts';
import type { LayerMask, MaskEvent } from '../continual/mask-keeper.ts';
import type { GivenArchive } from '../data/archive.ts';
import type { AdapterSummary } from '../gpu/device.ts';
import type { EntryTime } from '../gpu/timing.ts';
import type { Config } from './config.ts';
import type { Report } from './report.ts';

export type { AdapterSummary, GivenArchive };

export type Command =
  /** Opens the device and reports it, without training. */
  | { readonly type: 'probe' }
  /**
   * Starts a run; one that is under way is stopped first. `base` is the page's folder, where the build put
   * the images; `paused` waits before the first step.
   */
  | {
      readonly type: 'start';
      readonly config: Config;
      readonly base: string;
      readonly archive?: GivenArchive;
      readonly paused?: boolean;
      /** Times every dispatch of a step once the run is over. */
      readonly profile?: boolean;
    }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** Runs one training step and pauses again. */
  | { readonly type: 'step' }
  /** Leaves the kernels that are not tuned yet as they are by default. */
  | { readonly type: 'skip-tuning' }
  | { readonly type: 'stop' };

/** Expected failures, told apart so that page and script can each say what to do next. */
export type FailureKind =
  'no-webgpu' | 'no-adapter' | 'device-lost' | 'data' | 'config' | 'memory' | 'internal';

export interface Failure {
  readonly kind: FailureKind;
  /** One sentence for a person. */
  readonly message: string;
}

export type RunState =
  'idle' | 'preparing' | 'training' | 'evaluating' | 'paused' | 'finished' | 'stopped' | 'failed';

export type Event =
  | { readonly type: 'adapter'; readonly adapter: AdapterSummary }
  | { readonly type: 'state'; readonly state: RunState }
  /** What is being prepared, and how far: kernels compiled, classes loaded. `of` is 0 where unknown. */
  | {
      readonly type: 'preparing';
      readonly what: string;
      readonly done: number;
      readonly of: number;
    }
  /** Something the visitor should read: a set that stands in for another, a citation. */
  | { readonly type: 'notice'; readonly message: string }
  /** The run as it will be: class names by task, and its size. */
  | {
      readonly type: 'plan';
      readonly tasks: readonly { readonly name: string; readonly classes: readonly string[] }[];
      readonly steps: number;
      readonly parameters: number;
      readonly macsPerStep: number;
    }
  | {
      readonly type: 'progress';
      readonly task: number;
      readonly epoch: number;
      /** Steps done of all steps of the run. */
      readonly step: number;
      readonly steps: number;
      readonly imagesPerSecond: number;
      readonly etaSeconds: number;
    }
  /** Mean loss of each step from `from` on, in order, and the share of current images classified rightly. */
  | {
      readonly type: 'loss';
      readonly from: number;
      readonly loss: readonly number[];
      readonly accuracy: readonly number[];
    }
  /** One row of R, after task `after` (−1: before any training). */
  | {
      readonly type: 'accuracy';
      readonly after: number;
      readonly classIncremental: readonly number[];
      readonly taskIncremental: readonly number[];
      /** What the head alone gives, where a strategy classifies by something else. */
      readonly head?: HeadAccuracies;
    }
  /** Which units of each sparse layer live before training. */
  | { readonly type: 'masks'; readonly layers: readonly LayerMask[] }
  /** What a change of the mask did. */
  | { readonly type: 'mask'; readonly change: MaskEvent }
  /** Which images training leaves out from here on. */
  | { readonly type: 'removal'; readonly removal: RemovalEvent }
  /** Mean time of each dispatch of a step; null where the adapter has no timestamps. */
  | { readonly type: 'profile'; readonly entries: readonly EntryTime[] | null }
  | { readonly type: 'report'; readonly report: Report }
  | { readonly type: 'failure'; readonly failure: Failure };

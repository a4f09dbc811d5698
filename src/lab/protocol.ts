/**
 * The whole conversation between a page (or a script) and the worker that trains: `Command` one way, `Message` the
 * other. Nothing else crosses, and neither side waits for the other. A message is an event with the number of the run
 * that it belongs to. A run that was stopped may go on sending for a while; its messages keep its own number.
 */
import type { LayerMask } from '../sparse/mask/mask-owner.ts';
import type { UnitGrid } from '../sparse/mask/mask-units.ts';
import type { AddedClass } from '../data/added-classes.ts';
import type { GivenArchive } from '../data/archive.ts';
import type { AdapterSummary } from '../gpu/device.ts';
import type { EntryTime } from '../gpu/timing.ts';
import type { Config } from './config/config.ts';
import type { MomentEvent, Thumbnails, UnitMagnitudes } from './recording/moments.ts';
import type { Ledger } from './report/ledger.ts';
import type { Report } from './report/report.ts';

export type {
  AddedClass,
  AdapterSummary,
  GivenArchive,
  LayerMask,
  Ledger,
  Thumbnails,
  UnitGrid,
  UnitMagnitudes,
};

/** Numbers the runs and measurements that one page or script asks an engine for. Whoever asks counts them. */
export type RunNumber = number;

export type Command =
  /** Opens the device and reports it, without training. */
  | { readonly type: 'probe' }
  /**
   * Starts a run; one that is under way is stopped first. `base` is the page's folder, where the build put
   * the images; `paused` waits before the first step.
   */
  | {
      readonly type: 'start';
      /** Comes back with every event of this run. */
      readonly run: RunNumber;
      readonly config: Config;
      readonly base: string;
      readonly archive?: GivenArchive;
      /** The visitor's own classes, of which the config wants `addedClasses`. */
      readonly added?: readonly AddedClass[];
      readonly paused?: boolean;
      /** Times every dispatch of a step once the run is over. */
      readonly profile?: boolean;
      /**
       * Somebody is looking: sends `units`, `ledger` and `buffer`, and pictures of what is removed. Reads only, so
       * that the run and its report are the same either way.
       */
      readonly watched?: boolean;
    }
  /** Times the device for half a second. */
  | { readonly type: 'speed' }
  /** Counts what a config and its dense twin will take; `gigaflops` is what `speed` gave, null before. */
  | {
      readonly type: 'estimate';
      readonly id: number;
      readonly config: Config;
      readonly gigaflops: number | null;
    }
  /** Times a step of a config and of its dense twin, on noise. Ends a run that is under way. */
  | { readonly type: 'measure'; readonly run: RunNumber; readonly config: Config }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** Runs one training step and pauses again. */
  | { readonly type: 'step' }
  /** Runs to the end of the present task, its evaluation included, and pauses. */
  | { readonly type: 'finish-task' }
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

/** How long a training step takes, and where the time goes; `kinds` is null where the adapter has no timestamps. */
export interface StepTime {
  readonly ms: number;
  /** Milliseconds by kind of dispatch, as in the ledger. */
  readonly kinds: Readonly<Record<string, number>> | null;
}

/** What a run takes. */
export interface Amounts {
  /** Of training and evaluation; null where the device's speed is not known. */
  readonly seconds: number | null;
  /** Floating-point operations that the kernels execute in training. */
  readonly flops: number;
  /** GPU memory that training takes: weights, gradients, optimiser state, lists, activations. */
  readonly trainingBytes: number;
  /** All that the run takes, with its images and what is replayed. */
  readonly bytes: number;
}

/** What a run will take, before it is started, beside the same run with every weight, gradient and image. */
export interface Estimate {
  readonly run: Amounts;
  /** The same run dense; null where the run is. */
  readonly dense: Amounts | null;
  readonly steps: number;
  /** Trainable numbers of the dense network. */
  readonly parameters: number;
  /** Seconds until the first step is done, but for loading and compiling; null where the speed is not known. */
  readonly firstStepSeconds: number | null;
}

/** What happens, in a run or besides. Kinds that belong to a moment of a run are listed in `recording/moments.ts`. */
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
      readonly tasks: readonly {
        readonly name: string;
        readonly classes: readonly string[];
        /** Outputs of its classes, in their order. */
        readonly heads: readonly number[];
      }[];
      /** Steps that are done when each task that is trained on ends; joint training has one. */
      readonly taskEnds: readonly number[];
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
  /** Which units of each sparse layer live before training. */
  | { readonly type: 'masks'; readonly layers: readonly LayerMask[] }
  /** What happened at one moment, in steps that were done. */
  | MomentEvent
  /** What the device makes of dense convolutions, in 10⁹ floating-point operations a second. */
  | { readonly type: 'speed'; readonly gigaflops: number }
  /** Null with a sentence where the config cannot run. */
  | {
      readonly type: 'estimate';
      readonly id: number;
      readonly estimate: Estimate | null;
      readonly problem: string | null;
    }
  | { readonly type: 'measured'; readonly sparse: StepTime; readonly dense: StepTime }
  /** Mean time of each dispatch of a step; null where the adapter has no timestamps. */
  | { readonly type: 'profile'; readonly entries: readonly EntryTime[] | null }
  | { readonly type: 'report'; readonly report: Report }
  | { readonly type: 'failure'; readonly failure: Failure };

/** An event on its way to the page. */
export interface Message {
  /** Of which run or measurement; null for what concerns the device, a speed test or an estimate. */
  readonly run: RunNumber | null;
  readonly event: Event;
}

/** Everything that can happen in a run, one kind of item each. `timeline.ts` lists them in their order. */
import type { ScheduledChange } from '../../sparse/dynamics/schedule.ts';
import type { PassesByKind } from './passes.ts';

/** What all items say. */
interface Happens {
  /** Index of the task that is trained; joint training has one. */
  readonly task: number;
  /** Training steps of the run that are done by then. */
  readonly at: number;
}

/** An item for which the network is run. */
interface Works extends Happens {
  /** Share of the weights of the sparse layers that the mask aims at meanwhile. */
  readonly density: number;
  readonly passes: PassesByKind;
}

/** All tasks are evaluated: before any training (`task` is −1), or after a task. */
export interface Evaluation extends Happens {
  readonly kind: 'evaluation';
}

/** The images of a task are brought to the GPU. */
export interface LoadImages extends Happens {
  readonly kind: 'load';
}

/** The first mask is found by the gradient of the dense network on a first batch. */
export interface Saliency extends Works {
  readonly kind: 'saliency';
}

/** A task begins. */
export interface TaskBegin extends Happens {
  readonly kind: 'task-begin';
  /** Its images in the stream. */
  readonly images: number;
  /** Images that it is trained on: those that may be removed, and those of the buffer that join them. */
  readonly own: number;
  readonly joined: number;
  /** Its training steps. */
  readonly steps: number;
}

/** Before an epoch, training leaves images out for the rest of the task. */
export interface Removal extends Happens {
  readonly kind: 'removal';
  readonly epoch: number;
  /** Of the `own` images of the task, those that are left. */
  readonly kept: number;
}

/** An epoch begins. */
export interface EpochBegin extends Happens {
  readonly kind: 'epoch';
  readonly epoch: number;
  /** Images that it visits: of `own` ones, and those that join them. */
  readonly kept: number;
  readonly joined: number;
}

/** The strategy does something in the middle of a task. */
export interface StrategyPoint extends Happens {
  readonly kind: 'strategy-point';
  /** When, as a share of the task. */
  readonly point: number;
}

/** The mask changes, before a step or after the last one of a task. */
export interface MaskChange extends Works {
  readonly kind: 'mask-change';
  readonly change: ScheduledChange;
  /** The step on whose batch gradients are taken: the one that the change comes before, or the last one. */
  readonly batchOf: Step;
}

/** A training step. */
export interface Step extends Works {
  readonly kind: 'step';
  readonly epoch: number;
  /** Which batch of the epoch it is on. */
  readonly batch: number;
  /** Which step of the task it is, of how many. */
  readonly step: number;
  readonly steps: number;
  /** Current images. */
  readonly images: number;
  readonly rate: number;
}

/** A task ends. */
export interface TaskEnd extends Works {
  readonly kind: 'task-end';
}

export type TimelineItem =
  | Evaluation
  | LoadImages
  | Saliency
  | TaskBegin
  | Removal
  | EpochBegin
  | StrategyPoint
  | MaskChange
  | Step
  | TaskEnd;

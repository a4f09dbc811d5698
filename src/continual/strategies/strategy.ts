/**
 * What a continual-learning strategy may decide: which rows make up a batch and what loss each row pays; and,
 * for those that need more, what is done to gradients before an update and what happens where a task begins
 * and ends. One file in `strategies/` is one algorithm; everything it does not say is the same for all.
 */
import type { Gpu } from '../../gpu/device.ts';
import type { PlanEntry } from '../../gpu/plan.ts';
import type { ImageSet } from '../../data/image-set.ts';
import type { ActivationPool } from '../../nn/compile/activation-pool.ts';
import type { Emitter } from '../../nn/compile/emitter.ts';
import type { Network } from '../../nn/compile/graph.ts';
import type { HeldStatistics } from '../../nn/compile/norm-mode.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import type { VariantTable } from '../../nn/compile/variants.ts';
import type { ClassSet } from '../stream/class-sets.ts';
import type { ImageStore } from '../buffer/image-store.ts';
import type { NearestMean } from '../evaluation/nearest-mean.ts';
import type { Reservoir } from '../buffer/reservoir.ts';
import type { TrainingTask } from '../stream/stream.ts';

/** Coefficients of one row's loss; a missing term costs nothing. */
export interface RowTerms {
  /** Cross-entropy with the label. */
  readonly crossEntropy?: number;
  /** Mean over classes of (logit − stored logit)². */
  readonly mse?: number;
  /** KL(softmax(stored / T) ‖ softmax(logits / T)) · T². */
  readonly kl?: { readonly weight: number; readonly temperature: number };
  /**
   * Mean over `classes` of the binary cross-entropy of sigmoid(logit), held to sigmoid(stored logit) at the
   * classes of `held`, where the row has stored logits, and to the label elsewhere.
   */
  readonly binary?: number;
  /** ‖softmax(logits) − softmax(stored)‖₂ over the classes of `held`. */
  readonly distance?: number;
  /** Classes that enter the cross-entropy's softmax, or the binary one's mean; all if left out. */
  readonly classes?: ClassSet;
  /** Classes at which stored logits count, for every term but `mse`; all if left out. */
  readonly held?: ClassSet;
}

/**
 * One contiguous range of rows of a batch. A term is averaged over the live rows of the draw's
 * `normGroup`, so rows that share a group are one concatenated batch, as ER's are.
 */
export interface Draw {
  readonly from: 'stream' | 'buffer';
  /** Rows at most; a ragged last batch or a young buffer gives fewer. */
  readonly rows: number;
  /** Which batch-norm group the rows belong to: 0, 1, …, in order. */
  readonly normGroup: number;
  readonly terms: RowTerms;
  /** Index of the first task in which it is drawn; 0 if left out. */
  readonly fromTask?: number;
}

/** The numbers of a config that a strategy reads. */
export interface StrategyOptions {
  readonly batch: number;
  readonly replayBatch: number;
  readonly maskedHead: boolean;
  readonly alpha: number;
  readonly beta: number;
  readonly penalty: number;
  readonly penaltyDecay: number;
  readonly damping: number;
  readonly temperature: number;
  readonly emaDecay: number;
}

/** For those who need none of them: no term of a loss but the current batch's, no penalty. */
export const NO_TERMS: Omit<StrategyOptions, 'batch' | 'replayBatch'> = {
  maskedHead: false,
  alpha: 0,
  beta: 0,
  penalty: 0,
  penaltyDecay: 1,
  damping: 1,
  temperature: 1,
  emaDecay: 0,
};

/** What a strategy's companion works with; it lives as long as the run. */
export interface StrategyContext {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly store: ParameterStore;
  readonly pool: ActivationPool;
  readonly options: StrategyOptions;
  readonly statistics: Pick<ImageSet, 'mean' | 'std'>;
  readonly variants: VariantTable;
  readonly seed: number;
  /** The current task's images. */
  readonly images: ImageStore;
  /** What is replayed; null for a strategy without a buffer. */
  readonly replay: ImageStore | null;
  readonly reservoir: Reservoir | null;
  /** [slots][classes]: a row for each slot of the buffer, then, with `taskLogits`, one for each image of a task. */
  readonly storedLogits: GPUBuffer;
}

/**
 * What a strategy does in a run besides choosing rows. Hooks that emit are called once, when the step is
 * listed; the others at schedule points, when no step is in flight, and may await the GPU.
 */
export interface Companion {
  /** What norms go by in training steps and scores; the batch's statistics if left out. */
  readonly norms?: HeldStatistics;
  /** After the backward pass of a part of the batch; `group` is its first norm group. */
  emitAfterBackward?(emit: Emitter, group: number): void;
  /** Between the last gradient and the update. */
  emitBeforeUpdate?(emit: Emitter): void;
  /** The update itself, in the place of the optimiser's. */
  emitUpdate?(emit: Emitter): void;
  emitAfterUpdate?(emit: Emitter): void;
  /** The task's images are on the GPU already; `firstStep` is the number of its first step. */
  beginTask?(task: TrainingTask, firstStep: number): Promise<void>;
  /** What is trained on in the place of a task that has begun; its images lie in `StrategyContext.images`. */
  substitute?(task: TrainingTask): TrainingTask;
  /** Shares of a task, ascending, before whose first step `atPoint` is called. */
  readonly points?: readonly number[];
  atPoint?(task: TrainingTask, point: number): Promise<void>;
  /** After the task's last step, before it is evaluated. */
  endTask?(task: TrainingTask): Promise<void>;
  /**
   * Around an evaluation, and before each task in it: for those who show other weights than those that are
   * trained. What they queue comes before what is queued next, so there is nothing to wait for.
   */
  beginEvaluation?(): void;
  showTask?(index: number): void;
  endEvaluation?(): void;
  /** What evaluations classify by besides the head. */
  readonly nearestMean?: NearestMean;
  /** What has run besides steps: dispatches, and how often each. */
  extraWork?(): readonly ExtraWork[];
}

export interface ExtraWork {
  readonly entries: readonly PlanEntry[];
  readonly runs: number;
}

export interface Strategy {
  readonly name: string;
  /** For people, with the source: "Dark experience replay (Buzzega et al., 2020)". */
  readonly title: string;
  /** Whether it keeps a replay buffer, and whether that stores logits beside images. */
  readonly buffer: 'none' | 'images' | 'images+logits';
  /**
   * When images enter the buffer: offered at every step (`reservoir`, if left out), or chosen by the companion
   * where a task ends.
   */
  readonly storing?: 'reservoir' | 'task-end';
  /**
   * Whether the companion stores, where a task begins, what the network answers to the task's images, so that
   * rows of the stream can be held to that from the second task on.
   */
  readonly taskLogits?: boolean;
  /**
   * Whether a task is trained on together with what the buffer holds, as one set: the companion substitutes the
   * union, for which there is room behind the task's images.
   */
  readonly union?: boolean;
  /** `joint` sees the whole stream as one task: the upper bound. */
  readonly stream: 'tasks' | 'joint';
  /**
   * Whether the gradients of norm groups are kept apart: each group is a part of its own, after whose backward
   * pass the arena holds its gradient alone; the loss that is noted is the current batch's.
   */
  readonly apart?: boolean;
  /** Whether every task begins with an untrained network. */
  readonly fresh?: boolean;
  draws(options: StrategyOptions): readonly Draw[];
  /**
   * Allocates what it needs and compiles it. What is made of kernels it imports when it is called, since whoever
   * only lists strategies, as the page does, should not load them. Throws `MemoryError`, `ShaderError`.
   */
  readonly companion?: (context: StrategyContext) => Promise<Companion>;
}

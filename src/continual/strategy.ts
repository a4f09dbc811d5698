/**
 * What a continual-learning strategy may decide: which rows make up a batch and what loss each row pays; and,
 * for those that need more, what is done to gradients before an update and what happens where a task begins
 * and ends. One file in `strategies/` is one algorithm; everything it does not say is the same for all.
 */
import type { Gpu } from '../gpu/device.ts';
import type { ImageSet } from '../data/image-set.ts';
import type { ActivationPool } from '../nn/activation-pool.ts';
import type { Emitter } from '../nn/emitter.ts';
import type { Network } from '../nn/graph.ts';
import type { ParameterStore } from '../nn/parameter-store.ts';
import type { VariantTable } from '../nn/variants.ts';
import type { ImageStore } from './image-store.ts';
import type { Reservoir } from './reservoir.ts';
import type { TrainingTask } from './stream.ts';

/** Coefficients of one row's loss; a missing term costs nothing. */
export interface RowTerms {
  /** Cross-entropy with the label. */
  readonly crossEntropy?: number;
  /** Mean over classes of (logit − stored logit)². */
  readonly mse?: number;
  /** KL(softmax(stored / T) ‖ softmax(logits / T)) · T². */
  readonly kl?: { readonly weight: number; readonly temperature: number };
  /** Classes that enter the cross-entropy's softmax: all of them, or those of the current task. */
  readonly classes?: 'all' | 'task';
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
}

/**
 * What a strategy does in a run besides choosing rows. Hooks that emit are called once, when the step is
 * listed; the others at schedule points, when no step is in flight, and may await the GPU.
 */
export interface Companion {
  /** Between the last gradient and the update. */
  emitBeforeUpdate?(emit: Emitter): void;
  emitAfterUpdate?(emit: Emitter): void;
  /** The task's images are on the GPU already. */
  beginTask?(task: TrainingTask): Promise<void>;
  /** After the task's last step, before it is evaluated. */
  endTask?(task: TrainingTask): Promise<void>;
}

export interface Strategy {
  readonly name: string;
  /** For people, with the source: "Dark experience replay (Buzzega et al., 2020)". */
  readonly title: string;
  /** Whether it keeps a replay buffer, and whether that stores logits beside images. */
  readonly buffer: 'none' | 'images' | 'images+logits';
  /** `joint` sees the whole stream as one task: the upper bound. */
  readonly stream: 'tasks' | 'joint';
  draws(options: StrategyOptions): readonly Draw[];
  /** Allocates what it needs and compiles it. Throws `MemoryError`, `ShaderError`. */
  readonly companion?: (context: StrategyContext) => Promise<Companion>;
}

/**
 * What a replay strategy may decide: which rows make up a batch and what loss each row pays. One file
 * in `strategies/` is one algorithm; everything it does not say is the same for all of them.
 */

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
}

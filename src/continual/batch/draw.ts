/**
 * What a batch is made of. A strategy says it as draws: ranges of rows that come from the stream or from the replay
 * buffer, each with the terms of its rows' loss. `batch-plan.ts` turns draws into rows.
 */
import type { FieldValue, Values } from '../../options/field.ts';
import type { COMMON_FIELDS } from '../strategies/fields.ts';
import type { ClassSet } from '../stream/class-sets.ts';

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
  /**
   * Whether its gradient is kept apart from those of the draws before it. The batch then runs group by group; after
   * the backward pass of this draw's group the gradient arena holds that group's gradient alone, and the loss of its
   * rows is not in the loss that a step notes. All draws of a group agree. False if left out: gradients add up.
   */
  readonly apart?: boolean;
}

/** Whether any of these draws has a gradient of its own. */
export const anyApart = (draws: readonly Draw[]): boolean =>
  draws.some(({ apart = false }) => apart);

/** The part of a config that strategies see. A strategy that declares fields gets them typed as well. */
export type StrategyOptions = Readonly<Values<typeof COMMON_FIELDS>> &
  Readonly<Record<string, FieldValue>>;

/** Why a network is run forward, or forward and backward, in training; and how often, over how many images. */

export const PASS_KINDS = [
  /** Training steps. */
  'training',
  /** Those training steps that compute the gradient of every live weight, to choose which ones are kept (DGM). */
  'choice',
  /** For scores of live weights, without an update: on images of the stream. */
  'score',
  /** For the same scores: on images of the buffer. */
  'replay-score',
  /** For gradients of all weights, live or dead, without an update: on the rows of a training step. */
  'dense-gradient',
  /** For gradients of the dense network before there is a mask (SNIP): on current images. */
  'saliency',
  /** Forward alone: for logits or features that a strategy stores where a task begins or ends. */
  'readout',
  /** One image at a time: for the squares of its gradients (Fisher information). */
  'fisher',
] as const;
export type PassKind = (typeof PASS_KINDS)[number];

export interface Passes {
  readonly passes: number;
  /** Rows with an image in them that these passes work on together. */
  readonly rows: number;
}

/** Passes by purpose; a kind that is missing is not made. */
export type PassesByKind = Readonly<Partial<Record<PassKind, Passes>>>;

/** One pass over `rows` images. */
export const onePass = (rows: number): Passes => ({ passes: 1, rows });

/** Passes of sets of images that go through in batches of `batch`, each set in batches of its own. */
export function inBatches(sets: readonly number[], batch: number): Passes {
  // A batch is planned in vectors of four rows.
  const rows = 4 * Math.ceil(batch / 4);
  return {
    passes: sets.reduce((sum, set) => sum + Math.ceil(set / rows), 0),
    rows: sets.reduce((sum, set) => sum + set, 0),
  };
}

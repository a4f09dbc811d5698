/**
 * Config fields that strategies share. `COMMON_FIELDS` are what any strategy's run is made with; the others are
 * parameters of several algorithms, each of which names them among its own `fields`. Their words for people are in
 * `field-words.ts`.
 */
import { real, toggle, whole } from '../../options/field.ts';

const noSuchTerm = (strategy: string): string => `The loss of ${strategy} has no such term.`;
const noPenalty = (strategy: string): string => `${strategy} puts no penalty on moving weights.`;

export const COMMON_FIELDS = {
  /** Images in the replay buffer. */
  bufferSize: whole(0, 20000, { default: 200 }),
  /** Decay of the averaged weights that are evaluated in place of the trained ones; 0: none. */
  emaDecay: real(0, 0.99999, { default: 0 }),
  /** Cross-entropy of current images over the current task's classes alone. */
  maskedHead: toggle({ default: false, unread: noSuchTerm }),
  /** Current images in a step. */
  batch: whole(1, 512, { default: 32 }),
  /** Replayed images in one draw. */
  replayBatch: whole(1, 512, { default: 32 }),
};

/** Weight of the term by which stored logits are held. */
export const alpha = real(0, 100, { default: 0.1, unread: noSuchTerm });
/** Weight of the labels of replayed images. */
export const beta = real(0, 100, { default: 0.5, unread: noSuchTerm });
/** Weight of the penalty on moving weights (EWC: λ, SI: c). */
export const penalty = real(0, 1e6, { default: 10, unread: noPenalty });

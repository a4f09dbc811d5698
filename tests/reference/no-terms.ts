/** Options under which no term of a loss but the current batch's counts, and no penalty: tests add what they are about. */
import { PLAIN_OPTIONS } from '../../src/continual/batch/draw.ts';

export const NO_TERMS = {
  ...PLAIN_OPTIONS,
  alpha: 0,
  beta: 0,
  penalty: 0,
  penaltyDecay: 1,
  damping: 1,
  temperature: 1,
};

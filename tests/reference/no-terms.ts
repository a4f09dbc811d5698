/** Options under which no term of a loss but the current batch's counts, and no penalty: tests add what they are about. */
export const NO_TERMS = {
  bufferSize: 0,
  replayBatch: 1,
  maskedHead: false,
  emaDecay: 0,
  alpha: 0,
  beta: 0,
  penalty: 0,
  penaltyDecay: 1,
  damping: 1,
  temperature: 1,
};

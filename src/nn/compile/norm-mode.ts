/** Which means and variances the batch norms of a pass normalise by. */

/**
 * Held statistics: as in evaluation, and yet with gradients. What a single image's gradient needs, whose own
 * statistics mean nothing, and what frozen norms are. The input gradient does not pass through them.
 */
export interface HeldStatistics {
  /** Pairs of mean and variance, laid out as the store's running statistics. */
  readonly statistics: GPUBuffer;
  /**
   * A word that says whether the statistics are held by now. While it is 0, norms go by the batch and move the
   * running statistics. Left out: the statistics are always held, and those of the batch are not computed.
   */
  readonly now?: GPUBuffer;
}

/**
 * - `batch`: the statistics of each group of rows; the running statistics move with them. Training.
 * - `running`: the running statistics as they are, for a forward pass alone. Evaluation.
 * - held statistics: those given, for a pass with gradients.
 */
export type NormMode = 'batch' | 'running' | HeldStatistics;

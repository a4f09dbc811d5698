/** What a run has executed, plan by plan: a ledger adds up what was computed, and what published tables count. */
import type { ExtraWork } from '../strategies/strategy.ts';

export interface PlanRuns extends ExtraWork {
  /** Whether published tables count it: training steps, but neither scores nor dense gradients of mask changes. */
  readonly published: boolean;
}

/** What a run executes, plan by plan: from it a ledger adds up what was paid, and what published tables count. */
import type { ExtraWork } from '../strategies/strategy.ts';

export interface PlanRuns extends ExtraWork {
  /** Whether published tables count it: training steps, but neither scores nor dense gradients of mask changes. */
  readonly published: boolean;
}

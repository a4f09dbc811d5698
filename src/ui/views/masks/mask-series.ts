/** One layer over time: how many of its units lived after each change of the mask, and how many went and came. */
import { countAt, type Recording } from '../../../lab/recording/recording.ts';

export interface Turnover {
  /** Steps that were done. */
  readonly at: number;
  readonly task: number;
  /** Live units after the change. */
  readonly live: number;
  readonly dropped: number;
  readonly grown: number;
}

/** The changes of a layer's mask up to a moment, those that left it as it was included. */
export function turnoverOf({ changes }: Recording, name: string, at: number): readonly Turnover[] {
  const turns: Turnover[] = [];
  const known = countAt(changes, at);
  for (let i = 0; i < known; i++) {
    const { at: when, change } = changes[i]!;
    const layer = change.layers.find((each) => each.name === name);
    if (!layer) continue;
    turns.push({
      at: when,
      task: change.task,
      live: layer.after,
      dropped: layer.dropped.length,
      grown: layer.grown.length,
    });
  }
  return turns;
}

/**
 * At most `most` bars: changes that are next to one another are added up, over stretches of the same length in
 * steps, so that a long run's bars can still be told apart.
 */
export function gathered(
  turns: readonly Turnover[],
  steps: number,
  most: number,
): readonly Turnover[] {
  if (turns.length <= most) return turns;
  const stretch = Math.max(1, steps / most);
  const sums = new Map<number, Turnover>();
  for (const turn of turns) {
    const slot = Math.min(most - 1, Math.floor(turn.at / stretch));
    const sum = sums.get(slot);
    sums.set(slot, {
      ...turn,
      at: sum?.at ?? turn.at,
      dropped: (sum?.dropped ?? 0) + turn.dropped,
      grown: (sum?.grown ?? 0) + turn.grown,
    });
  }
  return [...sums.values()];
}

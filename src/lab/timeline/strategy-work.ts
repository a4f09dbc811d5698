/**
 * Passes that strategies make besides training steps, where a task begins and ends, as their files in
 * `continual/strategies` say. A strategy that is not named here makes none.
 */
import type { Config } from '../config/config.ts';
import type { Passes } from './work-spans.ts';

/** A task as far as such passes depend on it. */
export interface TaskSize {
  readonly index: number;
  /** Its own training images, and those of the buffer that it is joined by. */
  readonly images: number;
  readonly held: number;
  /** Classes met, its own among them. */
  readonly seen: number;
}

export interface StrategyWork {
  readonly answers: Passes;
  readonly fisher: Passes;
}

/** Of one task. */
export function strategyWork(
  config: Pick<Config, 'strategy' | 'bufferSize' | 'batch'>,
  task: TaskSize,
): StrategyWork {
  const { index, images, held } = task;
  // Images go through in batches, each set of them in batches of its own.
  const answers = (...sets: readonly number[]): Passes => ({
    passes: sets.reduce((sum, set) => sum + Math.ceil(set / (4 * Math.ceil(config.batch / 4))), 0),
    rows: sets.reduce((sum, set) => sum + set, 0),
  });
  const fisher = { passes: 0, rows: 0 };
  switch (config.strategy) {
    case 'ewc':
      return { answers: answers(), fisher: { passes: images, rows: images } };
    case 'lwf':
      return { answers: answers(index > 0 ? images : 0), fisher };
    case 'fdr': {
      const fresh = Math.min(images, Math.floor(config.bufferSize / (index + 1)));
      return { answers: answers(fresh), fisher };
    }
    case 'icarl': {
      // Old answers to the union, features of the task's images, and of the exemplars that are left.
      const kept = exemplars(config.bufferSize, task.seen);
      return { answers: answers(index > 0 ? images + held : 0, images, kept), fisher };
    }
    default:
      return { answers: answers(), fisher };
  }
}

/** Exemplars in a buffer that gives each of `classes` an equal share. */
export const exemplars = (size: number, classes: number): number =>
  classes === 0 ? 0 : Math.floor(size / classes) * classes;

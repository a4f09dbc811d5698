/**
 * The accuracy matrix read by columns: one curve a task over the steps of the run, what was lost of each in words,
 * and where the labels at the ends of many curves find room. Nothing here knows how it is drawn.
 */
import { formatPercent } from '../../style/format.ts';
import type { MatrixAt } from '../../view/moment.ts';

export interface TestedPoint {
  /** Steps that were done. */
  readonly at: number;
  /** The task that had just ended; −1: before any training. */
  readonly after: number;
  /** Accuracy in [0, 1]. */
  readonly value: number;
}

export interface AccuracyCurve {
  readonly task: number;
  /** Tests before its own training ended, and that first one after it, so that the two parts meet. */
  readonly before: readonly TestedPoint[];
  /** Tests from the end of its own training on; empty while it has not been learnt. */
  readonly since: readonly TestedPoint[];
}

/** One curve for each task of the matrix. `joint` training has learnt every task with its only row. */
export function accuracyCurves(matrix: MatrixAt, joint: boolean): readonly AccuracyCurve[] {
  const { untrained, rows, testedAt } = matrix;
  const tasks = (untrained ?? rows[0] ?? []).length;
  return Array.from({ length: tasks }, (_, task) => {
    const first = joint ? 0 : task;
    const points = rows.map((row, i) => ({ at: testedAt[i]!, after: i, value: row[task]! }));
    const start = untrained ? [{ at: 0, after: -1, value: untrained[task]! }] : [];
    return {
      task,
      before: [...start, ...points.slice(0, first + 1)],
      since: points.slice(first),
    };
  });
}

const percent = (share: number): string => `${(100 * share).toFixed(0)}\u00a0%`;

/** No line ends between the word and its number. */
const named = (task: number, word = 'task'): string => `${word}\u00a0${task + 1}`;

/** Loss of accuracy that is worth a sentence, in [0, 1]. */
const NOTABLE = 0.05;

/**
 * What the curves show at one look, in a sentence. Empty before the first task has been learnt. A task that was no
 * better than `chance` (an accuracy in [0, 1]) when its training ended had nothing to lose, and that is said.
 */
export function verdict(curves: readonly AccuracyCurve[], joint: boolean, chance: number): string {
  const learnt = curves.filter(({ since }) => since.length > 0);
  if (learnt.length === 0) return '';
  if (joint) {
    return 'All tasks were learnt at once, which is what the others are measured against: there was nothing to forget.';
  }
  const lost = learnt
    .filter(({ since }) => since.length > 1)
    .map(({ task, since }) => ({ task, from: since[0]!.value, to: since.at(-1)!.value }));
  if (lost.length === 0) {
    const one = percent(learnt[0]!.since[0]!.value);
    return curves.length === 1
      ? `There is one task alone, learnt to ${one}: nothing comes after it that could write over it.`
      : `Task 1 was learnt to ${one}. What the next task leaves of it shows when that one ends.`;
  }
  const worst = lost.reduce((a, b) => (b.from - b.to > a.from - a.to ? b : a));
  const many = lost.length > 1;
  if (worst.from - worst.to < NOTABLE) {
    const failed = lost.find(({ from }) => from <= chance);
    if (failed) {
      return `Little was lost, but little was there to lose: ${named(failed.task)} was at ${percent(failed.from)} when its training ended.`;
    }
    return many
      ? 'Little was lost: each earlier task is within 5 points of what it was when it was learnt.'
      : `Task 1 has stayed: ${percent(worst.from)} when it was learnt, ${percent(worst.to)} now.`;
  }
  if (many && lost.every(({ from, to }) => to < from / 2)) {
    const { task, from, to } = lost[0]!;
    return `Every earlier task has been written over: ${named(task)} was at ${percent(from)} when it was learnt and is at ${percent(to)} now.`;
  }
  const name = named(worst.task, 'Task');
  return `${many ? `${name} has lost most` : `${name} was written over`}: ${percent(worst.from)} when it was learnt, ${percent(worst.to)} now.`;
}

export interface EndLabel {
  /** Curves that end here, by their place in the list. */
  readonly curves: readonly number[];
  /** Mean of where they end. */
  readonly position: number;
}

/** When at least so many curves end together, they share a label. */
const CROWD = 4;

/** Labels for curves that end at `positions`: one each, or one for all that end within `gap` of one another. */
export function endLabels(positions: readonly number[], gap: number): readonly EndLabel[] {
  const order = [...positions.keys()].sort((a, b) => positions[a]! - positions[b]! || a - b);
  const labels: EndLabel[] = [];
  for (let i = 0; i < order.length;) {
    const within = order.findIndex((k) => positions[k]! > positions[order[i]!]! + gap);
    const crowd = order.slice(i, within < 0 ? undefined : within);
    const together = crowd.length >= CROWD ? crowd : [order[i]!];
    const sum = together.reduce((all, k) => all + positions[k]!, 0);
    labels.push({
      curves: together.sort((a, b) => a - b),
      position: sum / together.length,
    });
    i += together.length;
  }
  return labels;
}

/** Numbers of tasks, counted from 1, in few characters: "1–4, 7". */
export function taskRanges(tasks: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const task of tasks) {
    const last = ranges.at(-1);
    if (last?.[1] === task - 1) last[1] = task;
    else ranges.push([task, task]);
  }
  return ranges
    .map(([from, to]) => (from === to ? String(from + 1) : `${from + 1}–${to + 1}`))
    .join(', ');
}

/** Every test of a task in order; the one where it was learnt ends the dotted part and begins the full one. */
export function testsOf({ before, since }: AccuracyCurve): readonly TestedPoint[] {
  return [...before, ...since.slice(1)];
}

/** What one test of a task says, in a sentence; empty where there is no such test. */
export function testSentence(curve: AccuracyCurve, test: number, joint: boolean): string {
  const point = testsOf(curve)[test];
  if (!point) return '';
  const when =
    point.after < 0
      ? 'before training'
      : joint
        ? 'after training'
        : `after task ${point.after + 1}`;
  const learnt = curve.since[0];
  const change = learnt && point.at > learnt.at ? 100 * (point.value - learnt.value) : null;
  const since =
    change === null
      ? learnt && point.at < learnt.at
        ? ', not learnt yet'
        : ''
      : `, ${Math.abs(change).toFixed(1)} points ${change < 0 ? 'below' : 'above'} what it was when learnt`;
  return `Task ${curve.task + 1} ${when}: ${formatPercent(point.value)}${since}.`;
}

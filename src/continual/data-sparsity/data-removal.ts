/**
 * Training on fewer images: those that the network finds easy are left out for the rest of a task.
 * SparCL (Wang et al., NeurIPS 2022) removes equal parts of a task at the ends of windows until a cut-off,
 * its dynamic data removal; MEST (Yuan et al., NeurIPS 2021) removes all at once, which is a single window
 * as long as the cut-off. Here are the schedule, the decision and the order of what is left; the counts come
 * from `sample-tally.ts`. Copies in a replay buffer stay; only the stream leaves images out.
 *
 * A window ends between two epochs, so a task of one epoch keeps all its images. Least wrong, least
 * forgotten or largest mean margin go first, images that were never right last, and equal ones by index.
 * One that the window did not show is not removed, whatever it was before.
 */
import { epochOrder } from '../stream/stream.ts';
import type { SampleCounts } from './sample-tally.ts';

/** What images are ranked by; the lowest of the first two go first, the largest margins of the third. */
export type RemovalScore = 'misclassified' | 'forgetting' | 'margin';

/** The numbers of a config that a removal reads; times are shares of a task. */
export interface RemovalOptions {
  /** Share of a task's images that is left out in the end; 0 for none. */
  readonly removal: number;
  /** When the last of them go. */
  readonly removalEnd: number;
  /** Length of a window; as long as `removalEnd` or longer, and all go at once. 0: the mask's interval. */
  readonly removalInterval?: number;
  readonly maskInterval: number;
  readonly removalScore: RemovalScore;
}

/** One removal, as a report has it. */
export interface RemovalEvent {
  readonly task: number;
  /** The epoch before which it happened. */
  readonly epoch: number;
  /** What decided: windows of few presentations go by margins, whatever the config says. */
  readonly score: RemovalScore;
  /** Indices into the task's images, ascending. */
  readonly removed: Uint32Array;
  /** Images that are left. */
  readonly kept: number;
}

/** Below so many presentations a window tells images apart by their margins alone. */
const FEWEST_PRESENTATIONS = 5;
/** A window's end must not be delayed by a rounding error of its time. */
const SLACK = 1e-9;

/** How many windows there are, and how many have ended before `epoch` of `epochs`. */
function windows(
  { removalEnd, removalInterval = 0, maskInterval }: RemovalOptions,
  epochs: number,
  epoch: number,
) {
  const asked = removalInterval > 0 ? removalInterval : maskInterval;
  const interval = Math.min(asked, removalEnd);
  const all = interval > 0 ? Math.max(1, Math.floor(removalEnd / interval + SLACK)) : 1;
  const ended = epoch === 0 ? 0 : Math.floor(epoch / (interval * epochs) + SLACK);
  return { all, ended: Math.min(all, ended) };
}

/** Images of a task of `images` that epoch `epoch` of `epochs` visits: what costs and steps follow from. */
export function keptImages(
  options: RemovalOptions,
  epochs: number,
  epoch: number,
  images: number,
): number {
  const { all, ended } = windows(options, epochs, epoch);
  return Math.max(1, Math.round(images * (1 - (options.removal * ended) / all)));
}

/** What a window of so many epochs is judged by. */
export function windowScore(score: RemovalScore, epochs: number): RemovalScore {
  return epochs < FEWEST_PRESENTATIONS ? 'margin' : score;
}

/**
 * Which `count` of the `candidates` (image indices) go, ascending, by what a window counted; fewer where
 * the window showed fewer.
 */
export function removedImages(
  candidates: Iterable<number>,
  counts: SampleCounts,
  score: RemovalScore,
  count: number,
): Uint32Array {
  const { presentations, misclassified, forgotten, everRight, margin } = counts;
  const rank = {
    misclassified: (i: number) => misclassified[i]!,
    forgetting: (i: number) => forgotten[i]!,
    margin: (i: number) => -margin[i]! / presentations[i]!,
  }[score];
  const ranked = [...candidates]
    .filter((i) => presentations[i]! > 0)
    .sort((a, b) => everRight[b]! - everRight[a]! || rank(a) - rank(b) || a - b);
  return Uint32Array.from(ranked.slice(0, count)).sort();
}

/** The images of one task at a time: which are left, in what order an epoch visits them, which go when. */
export class DataRemoval {
  readonly #options: RemovalOptions;
  readonly #seed: number;
  readonly #epochs: number;
  #task = 0;
  #images = 0;
  #kept: Uint32Array = new Uint32Array();
  #windowFrom = 0;

  constructor(options: RemovalOptions, seed: number, epochs: number) {
    this.#options = options;
    this.#seed = seed;
    this.#epochs = epochs;
  }

  /**
   * Begins task `task` with all its `images`. Those behind `removable`, where a buffer's images are trained on
   * as part of the task, never go.
   */
  beginTask(task: number, images: number, removable = images): void {
    this.#task = task;
    this.#images = removable;
    this.#windowFrom = 0;
    this.#kept = Uint32Array.from({ length: images }, (_, i) => i);
  }

  /** The images that are left, ascending. */
  get kept(): Uint32Array {
    return this.#kept;
  }

  /** The order in which an epoch visits them; that of `epochOrder` as long as nothing is removed. */
  order(epoch: number): Uint32Array {
    const order = epochOrder(this.#seed, this.#task, epoch, this.#kept.length);
    return order.map((place) => this.#kept[place]!);
  }

  /**
   * Removes what is due before `epoch`, where `keptImages` has become less, by the counts of the window that ends
   * there. The next window is counted from 0.
   */
  remove(epoch: number, counts: SampleCounts): RemovalEvent {
    const score = windowScore(this.#options.removalScore, epoch - this.#windowFrom);
    const candidates = this.#kept.filter((image) => image < this.#images);
    const count = candidates.length - this.#planned(epoch);
    const removed = removedImages(candidates, counts, score, Math.max(0, count));
    const gone = new Set(removed);
    this.#kept = this.#kept.filter((image) => !gone.has(image));
    this.#windowFrom = epoch;
    return { task: this.#task, epoch, score, removed, kept: this.#kept.length };
  }

  #planned(epoch: number): number {
    return keptImages(this.#options, this.#epochs, epoch, this.#images);
  }
}

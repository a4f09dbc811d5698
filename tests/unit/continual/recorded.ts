/**
 * What `tests/reference/mammoth/record.py` wrote, typed, and a random stream that replays its numbers
 * and objects to being asked for others.
 */
import { RandomStream } from '../../../src/gpu/rng.ts';
import json from '../../reference/mammoth/recorded.json' with { type: 'json' };

/** A question (numbers below `n`) and its answer. */
export type Asked = readonly [n: number, answer: number];

interface Entry {
  readonly task: number;
  readonly image: number;
  readonly label: number;
}

export interface ReplayRun {
  readonly capacity: number;
  readonly batch: number;
  readonly replayBatch: number;
  readonly epochs: number;
  readonly perClass: number;
  readonly classesPerTask: number;
  readonly tasks: number;
  /** One a (task, epoch), in the order of the run. */
  readonly epochOrders: readonly (readonly number[])[];
  readonly askedOffers: readonly Asked[];
  readonly askedDraws: readonly Asked[];
  readonly steps: readonly {
    readonly draws: readonly (readonly number[])[];
    readonly drawnLabels: readonly (readonly number[])[];
    /** Slot of each current row as offered in order, −1 if passed over. */
    readonly slots: readonly number[];
  }[];
  readonly offered: number;
  readonly final: readonly Entry[];
}

interface StreamCase {
  readonly classes: number;
  readonly classesPerTask: number;
  readonly tasks: number;
  readonly classOrder: 'label' | 'shuffled';
  readonly seed: number;
  /** The data set: the label of each image. */
  readonly set: readonly number[];
  /** New label of each label. */
  readonly position: readonly number[];
  readonly cut: readonly {
    readonly labels: readonly number[];
    readonly targets: readonly number[];
  }[];
}

interface MetricsCase {
  readonly matrix: readonly (readonly number[])[];
  readonly untrained: readonly number[];
  readonly finalAccuracy: number;
  readonly anytimeAccuracy: number;
  readonly forgetting: number | null;
  readonly rowsWithNext: readonly (readonly number[])[];
  readonly forgettingWithNext: number | null;
  readonly backwardTransfer: number | null;
  readonly forwardTransfer: number | null;
}

interface Rows {
  readonly logits: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

interface LossCase {
  readonly batch: number;
  readonly replayBatch: number;
  readonly maskedHead: boolean;
  readonly alpha: number;
  readonly beta: number;
  readonly taskClasses: readonly number[];
  readonly current: Rows;
  readonly first: Rows & { readonly stored: readonly (readonly number[])[] };
  readonly second: Rows;
  readonly loss: Readonly<Record<string, number>>;
}

export const recorded = json as unknown as {
  readonly replay: readonly ReplayRun[];
  readonly streams: readonly StreamCase[];
  readonly metrics: readonly MetricsCase[];
  readonly losses: readonly LossCase[];
};

/** Answers `below(n)` with recorded numbers, in order; `sample` and the rest build on it as always. */
export class RecordedRandom extends RandomStream {
  constructor(private readonly asked: readonly Asked[]) {
    super(0, 0);
  }

  override below(n: number): number {
    const next = this.asked[this.counter++];
    if (next?.[0] !== n) {
      throw new Error(
        `question ${String(this.counter)} was for a number below ${String(next?.[0])}, not ${String(n)}`,
      );
    }
    return next[1];
  }
}

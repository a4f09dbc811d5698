/**
 * From a strategy's draws to the rows of a batch. A batch has a fixed number of rows, so that the network
 * is compiled once: each batch-norm group is a contiguous range, padded to a multiple of 4, with its live
 * rows first. What changes from step to step is one record a row, written here and uploaded as it is:
 * which image, what it pays, and which slot of the replay buffer it goes to.
 */
import {
  BATCH_SET_WORDS,
  CLASS_SET,
  writeBatchSet,
  type OutputRange,
} from '../stream/class-sets.ts';
import type { Reservoir } from '../buffer/reservoir.ts';
import type { Strategy } from '../strategies/strategy.ts';
import type { Draw, RowTerms, StrategyOptions } from './draw.ts';

/** Where each batch-norm group lies among the rows; all counts are rows. */
export interface RowLayout {
  readonly groups: readonly { readonly start: number; readonly padded: number }[];
  readonly rows: number;
}

/** Groups that go through the network together, and how many rows they have. */
export interface RowPart {
  readonly firstGroup: number;
  readonly firstRow: number;
  readonly rows: number;
  /** Counted from its own first row. */
  readonly groups: RowLayout['groups'];
}

/** Values of `StepRows.source`. */
export const ROW_SOURCE = { none: 0, stream: 1, buffer: 2 } as const;

/** The planes of `StepRows.bytes`, in order: plane f holds its value for row r in word f · rows + r. */
export const ROW_FIELDS = [
  'source',
  'index',
  'label',
  'crossEntropy',
  'mse',
  'kl',
  'temperature',
  'classSet',
  'logitSlot',
  'storeSlot',
  'binary',
  'distance',
  'heldSet',
] as const;

/**
 * One step's records, a typed array a field, one entry a row; allocated once and overwritten each step.
 * Weights are final: they hold the term's coefficient divided by the live rows of the row's group, so the
 * loss of a step is the plain sum over rows of weight × term. A padded row has source `none`, every
 * weight 0, temperature 1 and slots −1.
 */
export interface StepRows {
  /** All in one piece, for one upload: `ROW_FIELDS` × rows words, then `batchSet`, then `live`. */
  readonly bytes: ArrayBuffer;
  /** A value of `ROW_SOURCE`. */
  readonly source: Uint32Array;
  /** Image within the current task's data (stream), or slot of the reservoir (buffer). */
  readonly index: Uint32Array;
  /** Output index of the image's class. */
  readonly label: Uint32Array;
  readonly crossEntropy: Float32Array;
  /** Multiplies the *mean over classes* of (logit − stored logit)²: the class count is not in it. */
  readonly mse: Float32Array;
  /** Multiplies KL(softmax(stored / T) ‖ softmax(logits / T)) · T². */
  readonly kl: Float32Array;
  /** T of that divergence; 1 where there is none. */
  readonly temperature: Float32Array;
  /** A value of `CLASS_SET`: the classes in the cross-entropy's softmax and in the binary one's mean. */
  readonly classSet: Uint32Array;
  /** Row of the stored logits that the row is held to: a reservoir slot, or one behind them; −1 for none. */
  readonly logitSlot: Int32Array;
  /** Reservoir slot that the row's raw image and its logits go to after this forward; −1 for none. */
  readonly storeSlot: Int32Array;
  /** Multiplies the mean over classes of the binary cross-entropy. */
  readonly binary: Float32Array;
  /** Multiplies ‖softmax(logits) − softmax(stored)‖₂. */
  readonly distance: Float32Array;
  /** A value of `CLASS_SET`: the classes at which stored logits count, but for `mse`. */
  readonly heldSet: Uint32Array;
  /** Bitmap of the set `batch`; zero where no draw asks for it. */
  readonly batchSet: Uint32Array;
  /** Live rows of each group; they are its first ones. */
  readonly live: Uint32Array;
}

export interface BatchPlan {
  readonly strategy: Strategy;
  readonly draws: readonly Draw[];
  readonly layout: RowLayout;
  readonly rows: StepRows;
}

/** What the stream gives to one step. */
export interface CurrentBatch {
  /** Images of the current task, at most as many as the strategy's current rows. */
  readonly images: ArrayLike<number>;
  /** Output index of each image of the task, by image: `TrainingTask.targets`. */
  readonly targets: ArrayLike<number>;
  readonly task: number;
  /** The task's outputs. */
  readonly outputs: OutputRange;
}

/** Lays out a strategy's batch and allocates its records. Throws `RangeError` on draws that make none. */
export function planBatch(strategy: Strategy, options: StrategyOptions): BatchPlan {
  const draws = strategy.draws(options);
  for (const { from, terms } of draws) {
    if (from === 'buffer' && strategy.buffer === 'none') {
      throw new RangeError(`${strategy.name} draws from a buffer that it does not keep`);
    }
    const stored = from === 'stream' ? strategy.taskLogits : strategy.buffer === 'images+logits';
    if (isHeld(terms) && stored !== true) {
      throw new RangeError(`${strategy.name} holds rows to logits that are not stored`);
    }
  }
  if (draws.filter((draw) => draw.from === 'stream').length !== 1) {
    throw new RangeError(`${strategy.name} needs exactly one draw from the stream`);
  }
  const layout = rowLayout(draws);
  return { strategy, draws, layout, rows: allocateRows(layout) };
}

/** Whether rows with these terms are held to stored logits. */
const isHeld = ({ mse, kl, distance, held }: RowTerms): boolean =>
  [mse, kl, distance, held].some((term) => term !== undefined);

/** Groups in order, each as long as its draws together, rounded up to a multiple of 4 rows. */
export function rowLayout(draws: readonly Draw[]): RowLayout {
  const capacities: number[] = [];
  const apartGroups: boolean[] = [];
  for (const { rows, normGroup, apart = false } of draws) {
    if (!Number.isInteger(rows) || rows < 1) {
      throw new RangeError(`a draw has at least one row, not ${String(rows)}`);
    }
    if (normGroup !== capacities.length && normGroup !== capacities.length - 1) {
      throw new RangeError(
        `normGroup ${String(normGroup)} is out of order: groups are numbered 0, 1, … as they come`,
      );
    }
    if (apart !== (apartGroups[normGroup] ??= apart)) {
      throw new RangeError(
        `draws of norm group ${String(normGroup)} differ in whether they are apart`,
      );
    }
    capacities[normGroup] = (capacities[normGroup] ?? 0) + rows;
  }
  let rows = 0;
  const groups = capacities.map((capacity) => {
    const start = rows;
    const padded = Math.ceil(capacity / 4) * 4;
    rows += padded;
    return { start, padded };
  });
  return { groups, rows };
}

/** The whole batch as one part or, sequenced, a part for each group. */
export function rowParts({ groups, rows }: RowLayout, sequenced: boolean): readonly RowPart[] {
  if (!sequenced) return [{ firstGroup: 0, firstRow: 0, rows, groups }];
  return groups.map(({ start, padded }, g) => ({
    firstGroup: g,
    firstRow: start,
    rows: padded,
    groups: [{ start: 0, padded }],
  }));
}

/**
 * Writes one step's records: replay is drawn from what the buffer holds before this step, from the first
 * step at which it holds anything; then every current image is offered to it, unless images are stored at
 * task ends alone. `reservoir` is null for a strategy without a buffer. Throws `RangeError` if the batch is
 * empty or larger than planned.
 */
export function fillStep(
  plan: BatchPlan,
  current: CurrentBatch,
  reservoir: Reservoir | null,
): void {
  const { strategy, draws, layout, rows } = plan;
  clear(rows);
  for (const draw of draws) {
    const live = liveRows(draw, current, reservoir);
    rows.live[draw.normGroup] = rows.live[draw.normGroup]! + live;
  }
  let row = 0;
  let group = -1;
  let streamStart = 0;
  for (const draw of draws) {
    if (draw.normGroup !== group) {
      group = draw.normGroup;
      row = layout.groups[group]!.start;
    }
    const share = 1 / rows.live[group]!;
    if (draw.from === 'stream') {
      streamStart = row;
      // In the first task nothing has been learnt yet, so no logits are stored.
      const stored = strategy.taskLogits === true && current.outputs.first > 0;
      for (let i = 0; i < current.images.length; i++, row++) {
        const image = current.images[i]!;
        const label = current.targets[image];
        if (label === undefined) {
          throw new RangeError(`the task has no image ${String(image)}`);
        }
        const logitSlot = stored ? taskLogitsAt(reservoir) + image : -1;
        writeRow(rows, row, draw, share, { index: image, label, logitSlot });
      }
    } else if (reservoir && replays(draw, current)) {
      for (const slot of reservoir.draw(draw.rows)) {
        const label = reservoir.labels[slot]!;
        writeRow(rows, row, draw, share, { index: slot, label, logitSlot: slot });
        row++;
      }
    }
  }
  const end = streamStart + current.images.length;
  const labels = rows.label.subarray(streamStart, end);
  if (draws.some(({ terms }) => terms.classes === 'batch')) {
    writeBatchSet(rows.batchSet, current.outputs, labels);
  }
  if (reservoir && strategy.storing !== 'task-end') {
    reservoir.offerBatch(labels, current.task, rows.storeSlot.subarray(streamStart, end));
  }
}

/** First row of the stored logits that belongs to the task's images: those of the buffer come before. */
export const taskLogitsAt = (reservoir: Pick<Reservoir, 'capacity'> | null): number =>
  reservoir?.capacity ?? 0;

const replays = ({ fromTask = 0 }: Draw, { task }: CurrentBatch): boolean => task >= fromTask;

function liveRows(draw: Draw, current: CurrentBatch, reservoir: Reservoir | null): number {
  if (draw.from === 'stream') {
    const { length } = current.images;
    if (length < 1 || length > draw.rows) {
      throw new RangeError(
        `a batch of 1 to ${String(draw.rows)} images is planned, not ${String(length)}`,
      );
    }
    return length;
  }
  if (!reservoir) throw new RangeError('the strategy replays from a buffer, and none was given');
  return replays(draw, current) ? Math.min(draw.rows, reservoir.filled) : 0;
}

function writeRow(
  rows: StepRows,
  row: number,
  { from, terms }: Draw,
  share: number,
  { index, label, logitSlot }: Readonly<Record<'index' | 'label' | 'logitSlot', number>>,
): void {
  rows.source[row] = ROW_SOURCE[from];
  rows.index[row] = index;
  rows.label[row] = label;
  rows.crossEntropy[row] = (terms.crossEntropy ?? 0) * share;
  rows.mse[row] = (terms.mse ?? 0) * share;
  rows.kl[row] = (terms.kl?.weight ?? 0) * share;
  rows.binary[row] = (terms.binary ?? 0) * share;
  rows.distance[row] = (terms.distance ?? 0) * share;
  rows.temperature[row] = terms.kl?.temperature ?? 1;
  rows.classSet[row] = CLASS_SET[terms.classes ?? 'all'];
  rows.heldSet[row] = CLASS_SET[terms.held ?? 'all'];
  if (isHeld(terms)) rows.logitSlot[row] = logitSlot;
}

function clear(rows: StepRows): void {
  new Uint32Array(rows.bytes).fill(0);
  rows.temperature.fill(1);
  rows.logitSlot.fill(-1);
  rows.storeSlot.fill(-1);
}

function allocateRows({ groups, rows }: RowLayout): StepRows {
  const planes = ROW_FIELDS.length * rows;
  const bytes = new ArrayBuffer(4 * (planes + BATCH_SET_WORDS + groups.length));
  const start = (field: (typeof ROW_FIELDS)[number]) => 4 * ROW_FIELDS.indexOf(field) * rows;
  const words = (field: (typeof ROW_FIELDS)[number]) => new Uint32Array(bytes, start(field), rows);
  const floats = (field: (typeof ROW_FIELDS)[number]) =>
    new Float32Array(bytes, start(field), rows);
  const slots = (field: (typeof ROW_FIELDS)[number]) => new Int32Array(bytes, start(field), rows);
  return {
    bytes,
    source: words('source'),
    index: words('index'),
    label: words('label'),
    crossEntropy: floats('crossEntropy'),
    mse: floats('mse'),
    kl: floats('kl'),
    temperature: floats('temperature'),
    classSet: words('classSet'),
    logitSlot: slots('logitSlot'),
    storeSlot: slots('storeSlot'),
    binary: floats('binary'),
    distance: floats('distance'),
    heldSet: words('heldSet'),
    batchSet: new Uint32Array(bytes, 4 * planes, BATCH_SET_WORDS),
    live: new Uint32Array(bytes, 4 * (planes + BATCH_SET_WORDS), groups.length),
  };
}

/**
 * The row-term loss against PyTorch and the plain version: every term alone and mixed, over all classes and
 * over sets of them, and rows that must not count whatever they hold.
 */
import { describe, expect, test } from 'vitest';
import {
  BATCH_SET_WORDS,
  writeBatchSet,
  type ClassSet,
} from '../../src/continual/stream/class-sets.ts';
import { emitLoss } from '../../src/nn/layers/loss.ts';
import { relativeError } from '../reference/compare.ts';
import { ROLE_STREAM, uniformTensor } from '../reference/inputs.ts';
import { loadLayerFixtures } from '../reference/layer-fixtures.ts';
import { rowLoss, type RowLossTerms } from '../reference/plain/row-loss.ts';
import { cases } from '../setup/cases.ts';
import { fromBatchInnermost, placeRows, toBatchInnermost, type RowRecord } from './batch.ts';
import { noErrors, readFloats, upload } from './engine.ts';
import { frame, looseLogits } from './frame.ts';

const TOLERANCE = 1e-5;

interface LossRun {
  readonly classes: number;
  /** [N][classes] */
  readonly logits: ArrayLike<number>;
  /** Logits to be distilled, [N][classes]. */
  readonly target: ArrayLike<number>;
  /** Records of the live rows; slots are given here. Null is a row of no source among them. */
  readonly records: readonly (RowRecord | null)[];
  /** Outputs of the current task. */
  readonly task: { readonly first: number; readonly count: number };
  /** Labels of a batch that rows with the set `batch` are in. */
  readonly batchLabels?: readonly number[];
}

/**
 * Runs the loss on rows of which every fourth place is padding, with NaN for logits; stored logits lie in
 * reverse order, with a NaN slot between.
 */
async function run({ classes, logits, target, records, task, batchLabels = [] }: LossRun) {
  const network = looseLogits(classes);
  const groups = Array.from({ length: Math.ceil(records.length / 3) }, () => 3);
  const total = groups.length * 4;
  const rows = records.map((_, i) => Math.floor(i / 3) * 4 + (i % 3));
  const framed = await frame(network, [{ capacity: total, live: total }]);
  const { device, emit, scalars } = framed;
  const slots = 2 * records.length;
  const stored = new Float32Array(slots * classes).fill(NaN);
  const slotOf = (i: number) => slots - 1 - 2 * i;
  records.forEach((_, i) => {
    for (let k = 0; k < classes; k++) stored[slotOf(i) * classes + k] = target[i * classes + k]!;
  });
  const placed = rows.filter((_, i) => records[i] !== null);
  const live = records.flatMap((record, i) =>
    record === null ? [] : [{ ...record, ...(isHeld(record) && { logitSlot: slotOf(i) }) }],
  );
  const batchSet = new Uint32Array(BATCH_SET_WORDS);
  writeBatchSet(batchSet, task, batchLabels);
  const rowLosses = emitLoss(emit, network, {
    rows: upload(device, 'rows', placeRows({ rows: placed, total }, live, batchSet)),
    storedLogits: upload(device, 'stored logits', stored),
  });
  const plan = await framed.plan();
  scalars({ taskFirst: task.first, taskCount: task.count });
  plan.write(emit.value(network.output), toBatchInnermost(logits, classes, { rows, total }, NaN));
  await plan.submitter.run();
  const perRow = await readFloats(device, plan.buffer(rowLosses), total * 4);
  const gradient = await readFloats(
    device,
    plan.buffer(emit.gradient(network.output)),
    total * classes,
  );
  await noErrors();
  device.memory.releaseAll();
  const field = (f: number) => Float32Array.from(rows, (row) => perRow[4 * row + f]!);
  return {
    loss: field(0),
    right: field(1),
    rightInTask: field(2),
    live: field(3),
    /** [N][classes] */
    gradient: fromBatchInnermost(gradient, classes, { rows, total }),
    /** Everything that the rows of no source were given. */
    padding: Array.from({ length: total }, (_, row) => row)
      .filter((row) => !placed.includes(row))
      .flatMap((row) => [
        ...perRow.subarray(4 * row, 4 * row + 4),
        ...fromBatchInnermost(gradient, classes, { rows: [row], total }),
      ]),
  };
}

/** Whether a row has stored logits: those that weigh nothing would show as the NaN beside them. */
const isHeld = ({ mse, kl, distance, held }: RowRecord) =>
  Boolean(mse) || Boolean(kl) || Boolean(distance) || held !== undefined;

/** The contiguous range of classes that a mask admits; null where it is none. */
function rangeOf(mask: readonly boolean[]) {
  const first = mask.indexOf(true);
  const count = mask.filter(Boolean).length;
  return mask.lastIndexOf(true) === first + count - 1 ? { first, count } : null;
}

const isPadding = ({ crossEntropy, mse, kl }: RowLossTerms) =>
  crossEntropy === 0 && mse === 0 && kl === 0;

function recordOf(terms: RowLossTerms, label: number): RowRecord | null {
  if (isPadding(terms)) return null;
  const { mask, crossEntropy, mse, kl, temperature } = terms;
  const weights = { crossEntropy, mse, kl, temperature };
  return { source: 'buffer', label, ...weights, classes: mask === null ? 'all' : 'task' };
}

const pick = <T>(values: ArrayLike<T>, size: number, at: readonly number[]) =>
  at.flatMap((i) => Array.from({ length: size }, (_, k) => values[i * size + k]!));

/** Index of the largest value, the first of equals. */
const argMax = (values: readonly number[]) => values.indexOf(Math.max(...values));

const { rowLoss: fixtures } = await loadLayerFixtures();

describe('against PyTorch', () => {
  test.each(fixtures.map((fixture) => [fixture.title, fixture] as const))(
    '%s',
    async (_, { classes, rows, labels, logits, target, loss, dlogits, correct }) => {
      // A mask of the engine is one range, that of the step's task. So each range of the fixture has a
      // run of its own, with the rows that are not masked; a mask with gaps is nothing a row can ask for.
      const masks = new Map(
        rows.flatMap(({ mask }) => (mask && rangeOf(mask) ? [[mask.join(), mask] as const] : [])),
      );
      const seen = new Set<number>();
      for (const mask of masks.size > 0 ? masks.values() : [null]) {
        const at = rows.flatMap((row, i) =>
          row.mask === null || row.mask.join() === mask?.join() ? [i] : [],
        );
        at.forEach((i) => seen.add(i));
        const found = await run({
          classes,
          logits: pick(logits, classes, at),
          target: pick(target, classes, at),
          records: at.map((i) => recordOf(rows[i]!, labels[i]!)),
          task: (mask && rangeOf(mask)) ?? { first: 0, count: classes },
        });
        const expected = pick(dlogits, classes, at);
        expect(relativeError(found.gradient, expected), 'gradient').toBeLessThan(TOLERANCE);
        expect(relativeError(found.loss, pick(loss, 1, at)), 'loss').toBeLessThan(TOLERANCE);
        at.forEach((i, n) => {
          const right = rows[i]!.mask === null ? found.right : found.rightInTask;
          expect(right[n], `row ${i} classified rightly`).toBe(correct[i]);
        });
      }
      const gaps = rows.flatMap(({ mask }, i) => (mask && !rangeOf(mask) ? [i] : []));
      expect([...seen, ...gaps].sort((a, b) => a - b)).toEqual(rows.map((_, i) => i));
    },
  );
});

describe('against the plain version', () => {
  const combinations = cases({
    classes: [10, 2, 7, 100],
    // From 89 on an exponential that is not shifted overflows in float32.
    scale: [1, 10, 100],
    crossEntropy: [1, 0, 0.25],
    masked: [false, true],
    mse: [0, 0.3],
    kl: [0, 2],
    temperature: [2, 0.5, 1],
  });
  test.each(combinations.map((c) => [JSON.stringify(c), c] as const))('%s', async (_, options) => {
    const { classes, scale, masked, temperature, ...weights } = options;
    const count = 7;
    const task = { first: Math.floor(classes / 3), count: Math.ceil(classes / 2) };
    const within = (k: number) => k >= task.first && k < task.first + task.count;
    const draw = (role: 'logits' | 'target') =>
      uniformTensor(5, ROLE_STREAM[role], count * classes, scale);
    const logits = draw('logits');
    const target = draw('target');
    const labels = Array.from({ length: count }, (_, i) => task.first + (i % task.count));
    const mask = masked ? Array.from({ length: classes }, (_, k) => within(k)) : null;
    const terms = labels.map(() => ({ ...weights, temperature, mask }));
    const found = await run({
      classes,
      logits,
      target,
      records: labels.map((label) => ({
        source: 'stream',
        label,
        ...weights,
        temperature,
        classes: masked ? 'task' : 'all',
      })),
      task,
    });
    const expected = rowLoss(logits, labels, target, terms, classes);
    expect(relativeError(found.loss, expected.loss), 'loss').toBeLessThan(TOLERANCE);
    expect(relativeError(found.gradient, expected.dlogits), 'gradient').toBeLessThan(TOLERANCE);
    labels.forEach((label, i) => {
      const row = pick(logits, classes, [i]);
      const inTask = row.map((value, k) => (within(k) ? value : -Infinity));
      expect([found.right[i], found.rightInTask[i]], `row ${i}`).toEqual([
        argMax(row) === label ? 1 : 0,
        argMax(inTask) === label ? 1 : 0,
      ]);
    });
  });
});

describe('over sets of classes', () => {
  const combinations = cases({
    // The task of the second one begins in the second word of a bitmap.
    classes: [10, 100],
    scale: [1, 10, 100],
    // Never 0, so that every set of every number of classes shows.
    crossEntropy: [0.25, 1],
    classSet: ['all', 'task', 'batch', 'past', 'seen'],
    kl: [0, 2],
    distance: [0, 0.7],
    binary: [0, 1.5],
    // Undefined: without stored logits, so that a binary term goes by labels alone.
    heldSet: ['past', 'all', 'seen', undefined],
    temperature: [2, 0.5],
  });
  test.each(combinations.map((c) => [JSON.stringify(c), c] as const))('%s', async (_, options) => {
    const { classes, scale, classSet, heldSet, temperature, crossEntropy, binary } = options;
    const [kl, distance] = heldSet === undefined ? [0, 0] : [options.kl, options.distance];
    const weights = { crossEntropy, binary, kl, distance };
    const count = 7;
    const task = { first: Math.floor(classes / 3), count: 4 };
    const end = task.first + task.count;
    const batchLabels = [task.first + 1, 0, task.first + 3];
    /** The sets from their definitions. */
    const masks: Record<ClassSet, (k: number) => boolean> = {
      all: () => true,
      task: (k) => k >= task.first && k < end,
      batch: (k) => batchLabels.includes(k) || k >= end,
      past: (k) => k < task.first,
      seen: (k) => k < end,
    };
    const maskOf = (set: ClassSet) => Array.from({ length: classes }, (_, k) => masks[set](k));
    const members = Array.from({ length: classes }, (_, k) => k).filter(masks[classSet]);
    const labels = Array.from({ length: count }, (_, i) => members[(5 * i) % members.length]!);
    const draw = (role: 'logits' | 'target') =>
      uniformTensor(6, ROLE_STREAM[role], count * classes, scale);
    const [logits, target] = [draw('logits'), draw('target')];
    const held = heldSet === undefined ? new Array<boolean>(classes).fill(false) : maskOf(heldSet);
    const found = await run({
      classes,
      logits,
      target,
      records: labels.map((label) => ({
        source: 'stream',
        label,
        ...weights,
        temperature,
        classes: classSet,
        ...(heldSet !== undefined && { held: heldSet }),
      })),
      task,
      batchLabels,
    });
    const terms = labels.map(() => ({
      ...weights,
      mse: 0,
      temperature,
      mask: maskOf(classSet),
      held,
    }));
    const expected = rowLoss(logits, labels, target, terms, classes);
    expect(relativeError(found.loss, expected.loss), 'loss').toBeLessThan(TOLERANCE);
    expect(relativeError(found.gradient, expected.dlogits), 'gradient').toBeLessThan(TOLERANCE);
  });

  test('logits that are what they were have no distance and no slope', async () => {
    const logits = uniformTensor(7, ROLE_STREAM.logits, 4, 3);
    const { loss, gradient } = await run({
      classes: 4,
      logits,
      target: logits,
      records: [{ source: 'buffer', distance: 1 }],
      task: { first: 0, count: 4 },
    });
    expect([...loss, ...gradient]).toEqual([0, 0, 0, 0, 0]);
  });
});

test('rows of no source get an exact 0 for everything, whatever their logits are', async () => {
  const row: RowRecord = { source: 'stream', label: 1, crossEntropy: 1 };
  const { live, padding } = await run({
    classes: 5,
    logits: [...[0, 1, 2, 3, 4], ...Array.from({ length: 5 }, () => NaN), ...[4, 3, 2, 1, 0]],
    target: new Float32Array(15),
    records: [row, null, row],
    task: { first: 0, count: 5 },
  });
  expect([...live]).toEqual([1, 0, 1]);
  expect(padding).toEqual(new Array(padding.length).fill(0));
  expect(padding).toHaveLength(2 * 9);
});

test('of equal logits the first is the answer, in the task as over all', async () => {
  const records = [0, 1, 2, 3].map((label): RowRecord => ({ source: 'stream', label }));
  const { right, rightInTask } = await run({
    classes: 4,
    logits: [0, 1, 2, 3].flatMap(() => [3, 3, 3, 3]),
    target: new Float32Array(16),
    records,
    task: { first: 2, count: 2 },
  });
  expect([...right]).toEqual([1, 0, 0, 0]);
  expect([...rightInTask]).toEqual([0, 0, 1, 0]);
});

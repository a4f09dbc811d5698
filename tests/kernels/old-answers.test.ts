/**
 * Strategies that hold a network to what it answered before: the logits that LwF, FDR and iCaRL store are those
 * of the old network, row by row, whatever the network has become since; and the first loss of a second task is
 * the one that follows from them.
 */
import { afterEach, expect, test } from 'vitest';
import { erAce } from '../../src/continual/strategies/er-ace.ts';
import { fdr } from '../../src/continual/strategies/fdr.ts';
import { lwf } from '../../src/continual/strategies/lwf.ts';
import { epochOrder } from '../../src/continual/stream/stream.ts';
import { relativeError } from '../reference/compare.ts';
import { normalise } from '../reference/inputs.ts';
import { forward, type NetworkState } from '../reference/plain/network.ts';
import { pocket } from '../reference/plain/networks.ts';
import { rowLoss, type RowLossTerms } from '../reference/plain/row-loss.ts';
import { gpu, noErrors, readFloats } from './engine.ts';
import {
  bytesOf,
  CLASSES,
  imageAt,
  IMAGES,
  plainAnswers,
  SEED,
  smallStrategy,
  STREAM,
  WIDTH,
} from './small-strategy.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

const BATCH = [3, 11, 0, 7, 8, 2];
const NOTHING = { crossEntropy: 0, mse: 0, kl: 0, temperature: 1, mask: null };
const upTo = (count: number) => Array.from({ length: CLASSES }, (_, k) => k < count);

/** The loss of rows that are one norm group, in training mode, on the plain network. */
function plainLoss(
  state: NetworkState,
  images: readonly Uint8Array[],
  labels: readonly number[],
  targets: readonly number[],
  terms: RowLossTerms,
): number {
  const bytes = new Uint8Array(images.flatMap((image) => [...image]));
  const group = { capacity: images.length, live: images.length };
  const { logits } = forward(pocket(CLASSES, WIDTH), state, normalise(bytes), [group]);
  const { loss } = rowLoss(
    logits,
    labels,
    targets,
    images.map(() => terms),
    CLASSES,
  );
  return loss.reduce((a, b) => a + b, 0);
}

const pick = (values: ArrayLike<number>, rows: readonly number[]) =>
  rows.flatMap((row) => Array.from({ length: CLASSES }, (_, k) => values[row * CLASSES + k]!));

/** All ways of taking `count` of `from`. */
function choices(from: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return from.flatMap((first, i) =>
    choices(from.slice(i + 1), count - 1).map((rest) => [first, ...rest]),
  );
}

test('LwF stores what the network that begins a task answers to its images', async () => {
  const run = await smallStrategy(lwf, { alpha: 3, temperature: 2 }, 0);
  const logitsNow = () => readFloats(run.device, run.labelled('replay logits'), IMAGES * CLASSES);
  const [, second] = STREAM.training;
  await run.train(await run.begin(0), BATCH);
  expect([...(await logitsNow())]).toEqual(new Array(IMAGES * CLASSES).fill(0));
  await run.trainer.endTask(STREAM.training[0]!);

  const old = await run.state();
  const task = await run.begin(1);
  const { logits } = plainAnswers(old, bytesOf(1));
  expect(relativeError(await logitsNow(), logits)).toBeLessThan(1e-4);
  const { loss } = await run.train(task, BATCH);
  const expected = plainLoss(
    old,
    BATCH.map((image) => imageAt(bytesOf(1), image)),
    BATCH.map((image) => second!.targets[image]!),
    pick(logits, BATCH),
    {
      ...NOTHING,
      crossEntropy: 1 / BATCH.length,
      mask: upTo(4),
      // α / T² of T² · KL.
      kl: 3 / 4 / BATCH.length,
      temperature: 2,
      held: upTo(2),
    },
  );
  expect(Math.abs(loss / expected - 1)).toBeLessThan(1e-4);
  // They stay while the network moves on.
  await run.train(task, BATCH);
  expect(relativeError(await logitsNow(), logits)).toBeLessThan(1e-4);
  const later = plainAnswers(await run.state(), bytesOf(1)).logits;
  expect(relativeError(later, logits)).toBeGreaterThan(1e-2);
});

test('FDR keeps an equal part of each task with the answers of its end', async () => {
  const run = await smallStrategy(fdr, { alpha: 0.3 }, 7);
  const { reservoir } = run.trainer;
  const held = () => readFloats(run.device, run.labelled('replay logits'), 7 * CLASSES);
  const chosen = (task: number, count: number) => [
    ...epochOrder(SEED, task, 0xffff, IMAGES).subarray(0, count),
  ];
  const answers: ArrayLike<number>[] = [];
  let buffer: Uint8Array[] = [];
  for (const [index, task] of STREAM.training.entries()) {
    const begun = await run.begin(index);
    const before = await run.state();
    const stored = await held();
    const { loss } = await run.train(begun, BATCH);
    expect(reservoir!.filled).toBe([0, 7, 6][index]);
    if (index > 0) {
      const images = BATCH.map((image) => imageAt(bytesOf(index), image));
      const labels = BATCH.map((image) => task.targets[image]!);
      const share = { ...NOTHING, crossEntropy: 1 / BATCH.length };
      const current = plainLoss(
        before,
        images,
        labels,
        pick(
          stored,
          BATCH.map(() => 0),
        ),
        share,
      );
      // Which five slots are drawn is the reservoir's to say: one choice of all explains the loss.
      const errors = choices([...buffer.keys()], 5).map((slots) => {
        const replayed = slots.map((slot) => buffer[slot]!);
        const terms = { ...NOTHING, distance: 0.3 / 5 };
        const zeros = new Array<number>(5).fill(0);
        const price = plainLoss(before, replayed, zeros, pick(stored, slots), terms);
        return Math.abs(loss / (current + price) - 1);
      });
      expect(Math.min(...errors)).toBeLessThan(1e-5);
      expect(loss / current).toBeGreaterThan(1.001);
    }
    await run.trainer.endTask(task);
    const each = Math.floor(7 / (index + 1));
    answers.push(plainAnswers(await run.state(), bytesOf(index)).logits);
    const expected = answers.flatMap((of, t) =>
      chosen(t, each).map((image) => ({ t, image, logits: pick(of, [image]) })),
    );
    expect([...reservoir!.tasks.subarray(0, reservoir!.filled)]).toEqual(
      expected.map(({ t }) => t),
    );
    expect([...reservoir!.labels.subarray(0, reservoir!.filled)]).toEqual(
      expected.map(({ t, image }) => STREAM.training[t]!.targets[image]),
    );
    const logits = (await held()).subarray(0, expected.length * CLASSES);
    const error = relativeError(
      logits,
      expected.flatMap((exemplar) => exemplar.logits),
    );
    expect(error, `after task ${index}`).toBeLessThan(1e-4);
    for (const [slot, { t, image }] of expected.entries()) {
      expect(await run.stored('replay images', slot)).toEqual(imageAt(bytesOf(t), image));
    }
    buffer = expected.map(({ t, image }) => imageAt(bytesOf(t), image));
  }
  // The answers differ from task to task, so that mixing them up would show.
  expect(relativeError(answers[0]!, answers[1]!)).toBeGreaterThan(1e-2);
});

test('ER-ACE leaves past classes that a batch lacks out of its softmax, and replays from then on', async () => {
  const run = await smallStrategy(erAce, {}, 20);
  await run.train(await run.begin(0), BATCH);
  await run.trainer.endTask(STREAM.training[0]!);
  const old = await run.state();
  const [first, second] = STREAM.training;
  const task = await run.begin(1);
  // Five images of class 3 alone: class 2 is of this task, yet not in the batch.
  const batch = [6, 7, 9, 10, 11];
  const { loss } = await run.train(task, batch);
  const current = plainLoss(
    old,
    batch.map((image) => imageAt(bytesOf(1), image)),
    batch.map((image) => second!.targets[image]!),
    new Array<number>(batch.length * CLASSES).fill(0),
    { ...NOTHING, crossEntropy: 1 / 5, mask: [false, false, false, true, true, true] },
  );
  // The buffer holds the six images of the first batch; five of them are drawn. One is missing.
  const losses = BATCH.map((_, missing) => {
    const drawn = BATCH.filter((__, i) => i !== missing);
    return plainLoss(
      old,
      drawn.map((image) => imageAt(bytesOf(0), image)),
      drawn.map((image) => first!.targets[image]!),
      new Array<number>(drawn.length * CLASSES).fill(0),
      { ...NOTHING, crossEntropy: 1 / 5 },
    );
  });
  const errors = losses.map((replayed) => Math.abs(loss / (current + replayed) - 1));
  expect(Math.min(...errors)).toBeLessThan(1e-4);
  expect(errors.filter((error) => error < 1e-4)).toHaveLength(1);
});

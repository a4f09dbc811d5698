/**
 * iCaRL over three small tasks against plain herding and plain nearest means: which exemplars are kept in which
 * order, what a task is trained on, the answers it is held to, its first loss, and both accuracies.
 */
import { expect, test } from 'vitest';
import { Evaluator } from '../../src/continual/evaluation/evaluator.ts';
import { icarl } from '../../src/continual/strategies/icarl.ts';
import { relativeError } from '../reference/compare.ts';
import { normalise } from '../reference/inputs.ts';
import { forward } from '../reference/plain/network.ts';
import { pocket } from '../reference/plain/networks.ts';
import { rowLoss } from '../reference/plain/row-loss.ts';
import { noErrors, readFloats } from './engine.ts';
import {
  bytesOf,
  CLASSES,
  FEATURES,
  imageAt,
  IMAGES,
  plainAnswers,
  smallStrategy,
  STATISTICS,
  STREAM,
  WIDTH,
} from './small-strategy.ts';

const BUFFER = 9;

interface Kept {
  readonly bytes: Uint8Array;
  readonly label: number;
}

const meanOf = (vectors: readonly (readonly number[])[]) =>
  Array.from({ length: FEATURES }, (_, c) =>
    vectors.reduce((sum, vector) => sum + vector[c]! / vectors.length, 0),
  );
const distance = (a: readonly number[], b: readonly number[]) =>
  Math.hypot(...a.map((value, c) => value - b[c]!));
const joined = (images: readonly Uint8Array[]) =>
  new Uint8Array(images.flatMap((image) => [...image]));
const rowsOf = (values: ArrayLike<number>, length: number) =>
  Array.from({ length: values.length / length }, (_, i) =>
    Array.from({ length }, (__, c) => values[i * length + c]!),
  );

/** Algorithm 4 of the paper: at each step the image that leaves the mean of those chosen nearest. */
function plainHerd(features: readonly (readonly number[])[], count: number): number[] {
  const mean = meanOf(features);
  const chosen: number[] = [];
  while (chosen.length < Math.min(count, features.length)) {
    const costs = features.map((_, i) =>
      chosen.includes(i)
        ? Infinity
        : distance(mean, meanOf([...chosen, i].map((n) => features[n]!))),
    );
    chosen.push(costs.indexOf(Math.min(...costs)));
  }
  return chosen;
}

test('exemplars, targets, losses and accuracies are those of the plain version', async () => {
  const run = await smallStrategy(icarl, {}, BUFFER);
  const { trainer } = run;
  const evaluator = await Evaluator.create({
    gpu: run.device,
    network: run.network,
    store: run.store,
    pool: run.pool,
    // As test images those of training: five of each class, so that there is a ragged batch.
    tasks: STREAM.evaluation.map((task) => ({
      task,
      targets: Uint16Array.from({ length: 10 }, (_, i) => task.firstOutput + Math.floor(i / 5)),
    })),
    statistics: STATISTICS,
    rows: 8,
    nearestMean: trainer.strategy.nearestMean,
  });
  const tests = STREAM.evaluation.map(({ index }) =>
    joined([0, 1, 2, 3, 4, 6, 7, 8, 9, 10].map((image) => imageAt(bytesOf(index), image))),
  );
  evaluator.images.write(0, joined(tests));
  // Before anything has been learnt there is the head alone.
  expect((await evaluator.run()).head).toBeUndefined();

  let kept: Kept[] = [];
  let differed = 0;
  for (const [index, given] of STREAM.training.entries()) {
    const old = await run.state();
    const task = await run.begin(index);
    const union = [
      ...Array.from({ length: IMAGES }, (_, i) => ({
        bytes: imageAt(bytesOf(index), i),
        label: given.targets[i]!,
      })),
      ...kept,
    ];
    expect([...task.targets]).toEqual(union.map(({ label }) => label));
    const answers = plainAnswers(old, joined(union.map(({ bytes }) => bytes)));
    if (index > 0) {
      const stored = await readFloats(run.device, run.labelled('replay logits'));
      const found = stored.subarray(BUFFER * CLASSES, (BUFFER + union.length) * CLASSES);
      expect(relativeError(found, answers.logits), 'old answers').toBeLessThan(1e-4);
    }
    // Images of the task and, where there are any, exemplars.
    const batch = [1, 9, 4, 7].concat(index > 0 ? [IMAGES, union.length - 1] : []);
    const group = { capacity: batch.length, live: batch.length };
    const x = normalise(joined(batch.map((image) => union[image]!.bytes)));
    const { loss } = rowLoss(
      forward(pocket(CLASSES, WIDTH), old, x, [group]).logits,
      batch.map((image) => union[image]!.label),
      batch.flatMap((image) => rowsOf(answers.logits, CLASSES)[image]!),
      batch.map(() => ({
        ...{ crossEntropy: 0, mse: 0, kl: 0, temperature: 1 },
        binary: 1 / batch.length,
        mask: Array.from({ length: CLASSES }, (_, k) => k < 2 * index + 2),
        held: Array.from({ length: CLASSES }, (_, k) => k < 2 * index),
      })),
      CLASSES,
    );
    const expectedLoss = loss.reduce((a, b) => a + b, 0);
    const found = await run.train(task, batch);
    expect(Math.abs(found.loss / expectedLoss - 1), `first loss of task ${index}`).toBeLessThan(
      1e-4,
    );
    for (let step = 0; step < 6; step++) await run.train(task, batch);
    await trainer.endTask(given);

    const now = await run.state();
    const each = Math.floor(BUFFER / (2 * index + 2));
    const features = rowsOf(plainAnswers(now, bytesOf(index)).features, FEATURES);
    kept = [
      ...Array.from({ length: 2 * index }, (_, k) =>
        kept.filter(({ label }) => label === k).slice(0, each),
      ).flat(),
      ...[0, 1].flatMap((k) => {
        const members = [...given.targets.keys()].filter(
          (i) => given.targets[i] === given.firstOutput + k,
        );
        const chosen = plainHerd(
          members.map((i) => features[i]!),
          each,
        );
        return chosen.map((i) => ({
          bytes: imageAt(bytesOf(index), members[i]!),
          label: given.firstOutput + k,
        }));
      }),
    ];
    const { labels, filled } = trainer.reservoir!;
    expect([...labels.subarray(0, filled)]).toEqual(kept.map(({ label }) => label));
    for (const [slot, { bytes }] of kept.entries()) {
      expect(await run.stored('replay images', slot), `slot ${slot}`).toEqual(bytes);
    }

    const exemplars = rowsOf(
      plainAnswers(now, joined(kept.map(({ bytes }) => bytes))).features,
      FEATURES,
    );
    const means = Array.from({ length: 2 * index + 2 }, (_, k) =>
      meanOf(exemplars.filter((__, slot) => kept[slot]!.label === k)),
    );
    const accuracies = await evaluator.run();
    const accuracy = (by: (features: number[], logits: number[], inTask: boolean) => number) => {
      const shares = (inTask: boolean) =>
        STREAM.evaluation.map(({ index: tested, firstOutput }) => {
          const seen = plainAnswers(now, tests[tested]!);
          const logits = rowsOf(seen.logits, CLASSES);
          const right = rowsOf(seen.features, FEATURES).filter((image, i) => {
            const allowed = (k: number) => !inTask || (k >= firstOutput && k < firstOutput + 2);
            const masked = logits[i]!.map((logit, k) => (allowed(k) ? logit : -Infinity));
            const own = firstOutput + Math.floor(i / 5);
            const near = means.map((mean, k) => (allowed(k) ? -distance(image, mean) : -Infinity));
            return by(near, masked, inTask) === own;
          });
          return right.length / 10;
        });
      return { classIncremental: shares(false), taskIncremental: shares(true) };
    };
    const largest = (values: number[]) =>
      Math.max(...values) === -Infinity ? -1 : values.indexOf(Math.max(...values));
    const byMean = accuracy((near) => largest(near));
    const byOutput = accuracy((_, logits) => largest(logits));
    expect(accuracies).toEqual({ ...byMean, head: byOutput });
    if (JSON.stringify(byMean) !== JSON.stringify(byOutput)) differed++;
  }
  expect(differed).toBeGreaterThan(0);
  await noErrors();
  run.device.memory.releaseAll();
});

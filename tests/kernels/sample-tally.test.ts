/**
 * What is counted image by image over several epochs, against a plain simulation from the same logits: rows in
 * any order, with replayed and padded ones between, and images that an epoch leaves out.
 */
import { expect, test } from 'vitest';
import { SampleTally } from '../../src/continual/data-sparsity/sample-tally.ts';
import { derpp } from '../../src/continual/strategies/derpp.ts';
import { RandomStream } from '../../src/gpu/rng.ts';
import { emitLoss } from '../../src/nn/layers/loss.ts';
import { rowRecords, type RowRecord } from './batch.ts';
import { gpu, noErrors, upload } from './engine.ts';
import { frame, looseLogits } from './frame.ts';
import { CLASSES as OUTPUTS, IMAGES as OF_TASK, smallStrategy } from './small-strategy.ts';

const CLASSES = 5;
const ROWS = 12;
const IMAGES = 20;
const EPOCHS = 6;
const DISPATCH = 'count samples';
const random = new RandomStream(3, 50);

/** One image as the plain version knows it. */
const fresh = () => ({ seen: 0, wrong: 0, forgotten: 0, last: false, ever: false, margin: 0 });

/** The label's place among equal logits matters: the first of equals is the answer. */
function present(sample: ReturnType<typeof fresh>, logits: readonly number[], label: number) {
  const right = logits.indexOf(Math.max(...logits)) === label;
  sample.seen++;
  if (!right) sample.wrong++;
  if (!right && sample.last) sample.forgotten++;
  sample.last = right;
  sample.ever ||= right;
  sample.margin += logits[label]! - Math.max(...logits.filter((_, k) => k !== label));
}

test('counters are those of a plain simulation, and begin anew when they are reset', async () => {
  const device = await gpu();
  const network = looseLogits(CLASSES);
  const framed = await frame(network, [{ capacity: ROWS, live: ROWS }]);
  const { emit } = framed;
  const rows = upload(device, 'rows', rowRecords(new Array<null>(ROWS).fill(null)));
  const storedLogits = upload(device, 'stored logits', new Float32Array(4));
  const rowLoss = emitLoss(emit, network, { rows, storedLogits });
  const tally = new SampleTally(device, IMAGES + 4);
  tally.emit(emit, network.output, { rows, rowLoss });
  const plan = await framed.plan();
  // The task's outputs are not all outputs, and neither is the label always among the task's.
  framed.scalars({ taskFirst: 2, taskCount: 2 });

  const labelOf = (image: number) => (image * 3) % CLASSES;
  for (const round of ['first', 'after a reset']) {
    const samples = Array.from({ length: IMAGES }, fresh);
    tally.reset();
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      // The last images of an epoch are left out, and image 7 always.
      const order = [...random.permutation(IMAGES)].filter((image) => image !== 7).slice(0, 16);
      for (let at = 0; at < order.length; at += 8) {
        const batch = order.slice(at, at + 8);
        const records: (RowRecord | null)[] = [
          ...batch.slice(0, 3).map(ofStream),
          null,
          { source: 'buffer', index: 5, label: labelOf(5) },
          ...batch.slice(3).map(ofStream),
          { source: 'buffer', index: 7, label: labelOf(7) },
          null,
        ];
        const logits = Array.from({ length: ROWS }, () =>
          Array.from({ length: CLASSES }, () => Math.fround(random.below(8) / 4 - 1)),
        );
        records.forEach((record, row) => {
          // An image becomes easier with its number, so that all kinds of histories occur.
          if (record?.source === 'stream' && random.below(IMAGES) < record.index!) {
            logits[row]![record.label!]! += 2;
          }
        });
        device.device.queue.writeBuffer(rows, 0, rowRecords(records));
        const values = Float32Array.from({ length: CLASSES * ROWS }, (_, i) =>
          records[i % ROWS] ? logits[i % ROWS]![Math.floor(i / ROWS)]! : NaN,
        );
        plan.write(emit.value(network.output), values);
        await plan.submitter.run();
        records.forEach((record, row) => {
          if (record?.source === 'stream') {
            present(samples[record.index!]!, logits[row]!, record.label!);
          }
        });
      }
    }
    const found = await tally.read(IMAGES);
    const expected = {
      presentations: samples.map(({ seen }) => seen),
      misclassified: samples.map(({ wrong }) => wrong),
      forgotten: samples.map(({ forgotten }) => forgotten),
      everRight: samples.map(({ ever }) => (ever ? 1 : 0)),
      margin: samples.map(({ margin }) => margin),
    };
    // Quarters add up exactly.
    expect(
      {
        presentations: [...found.presentations],
        misclassified: [...found.misclassified],
        forgotten: [...found.forgotten],
        everRight: [...found.everRight],
        margin: [...found.margin],
      },
      round,
    ).toEqual(expected);
    // Something to be told apart: images forgotten twice, never right, never wrong, never shown.
    expect(Math.max(...expected.forgotten)).toBeGreaterThan(1);
    const kinds = samples.filter(({ seen }) => seen > 0);
    expect(kinds.some(({ ever }) => !ever)).toBe(true);
    expect(kinds.some(({ wrong }) => wrong === 0)).toBe(true);
    expect(expected.presentations[7]).toBe(0);
  }
  await noErrors();
  device.memory.releaseAll();

  function ofStream(image: number): RowRecord {
    return { source: 'stream', index: image, label: labelOf(image) };
  }
});

test.each([
  ['as one batch', false],
  ['group after group', true],
])('a step counts its current images, once and before the update: %s', async (_, sequenced) => {
  const run = await smallStrategy(derpp, { alpha: 0.1, beta: 0.5 }, 6, { tally: true, sequenced });
  const { trainer } = run;
  const counting = trainer.plan.entries.filter(({ label }) => label === DISPATCH);
  expect(counting).toHaveLength(1);
  const task = await run.begin(1);
  const batches = [
    [3, 11, 0, 7, 8, 2],
    [1, 4, 5],
    [3, 11, 0],
    [9, 3, 2, 10],
  ];
  const presentations = new Array<number>(OF_TASK).fill(0);
  let wrong = 0;
  for (const batch of batches) {
    const { right } = await run.train(task, batch);
    wrong += batch.length - right;
    batch.forEach((image) => presentations[image]!++);
    const { misclassified, margin } = await trainer.tally!.read(OF_TASK);
    // What the step's history says of all of them together.
    expect(misclassified.reduce((a, b) => a + b, 0)).toBe(wrong);
    expect(margin.every((sum, image) => (sum === 0) === (presentations[image] === 0))).toBe(true);
  }
  const found = await trainer.tally!.read(OF_TASK);
  expect([...found.presentations]).toEqual(presentations);
  // One that was never right has no margin above 0.
  found.margin.forEach((margin, image) => {
    if (found.everRight[image] === 0) expect(margin).toBeLessThanOrEqual(0);
  });
  await noErrors();
  run.device.memory.releaseAll();
});

test('a run that removes nothing counts nothing', async () => {
  const { trainer, device } = await smallStrategy(derpp, {}, OUTPUTS);
  expect(trainer.tally).toBeNull();
  expect(trainer.plan.entries.map(({ label }) => label)).not.toContain(DISPATCH);
  device.memory.releaseAll();
});

/** A-GEM against plain float64: the projection where it is called for and where not, and how the buffer fills. */
import { afterEach, expect, test } from 'vitest';
import { agem } from '../../src/continual/strategies/agem.ts';
import { IMAGE_BYTES } from '../../src/data/image-set.ts';
import { denseLayout } from '../../src/nn/convolution/dense-layout.ts';
import { unstructuredLayout } from '../../src/sparse/layouts/unstructured/layout.ts';
import { unstructured } from '../../src/sparse/layouts/unstructured/scheme.ts';
import { coveredLayers } from '../../src/sparse/layouts/covered-layers.ts';
import { relativeError } from '../reference/compare.ts';
import { gpu, noErrors, readWords } from './engine.ts';
import {
  BATCH,
  bytesOf,
  combine,
  indicesOf,
  plainGradients,
  rowsOf,
  smallTasks,
  TASKS,
  untrained,
  type PlainRow,
  type Weights,
} from './small-tasks.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

const RATE = 0.05;

const product = (a: Weights, b: Weights): number =>
  [...a].reduce(
    (sum, [name, values]) =>
      sum + Array.from(values).reduce((total, value, i) => total + value * b.get(name)![i]!, 0),
    0,
  );

test.each([
  { what: 'dense', layoutFor: () => denseLayout },
  // Dead entries have gradients of their own, which must not count.
  {
    what: 'unstructured',
    layoutFor: coveredLayers(unstructured.weights, () => unstructuredLayout({ sparsity: 0.6 })),
  },
])('$what: steps with and without a conflict equal the plain projection', async ({ layoutFor }) => {
  const run = await smallTasks(agem, { bufferSize: 8, layoutFor });
  const reservoir = run.trainer.reservoir!;
  let running = untrained();
  let weights: Weights = await run.weights();
  const names = [...weights.keys()];
  const initial = weights;
  /** Gradients of live weights; no live one is initially 0. */
  const ofLive = (gradients: Weights) =>
    new Map(
      names.map((name) => {
        const values = Float64Array.from(gradients.get(name)!);
        const live = initial.get(name)!;
        return [name, name.startsWith('conv') ? values.map((g, i) => (live[i] ? g : 0)) : values];
      }),
    );
  const signs: number[] = [];

  const first = await run.begin(0);
  await run.step(first, 0);
  const alone = plainGradients(weights, running, rowsOf(0, indicesOf(0)));
  for (const [name, found] of await run.gradients()) {
    expect(relativeError(found, ofLive(alone.gradients).get(name)!), name).toBeLessThan(1e-3);
  }
  weights = combine(names, [weights, ofLive(alone.gradients)], (w, g) => w - RATE * g);
  running = alone.running;
  expect(reservoir.filled).toBe(0);
  await run.trainer.endTask(first);

  // One batch of the task's images, all different, is in the buffer.
  expect(reservoir.filled).toBe(BATCH);
  const words = await readWords(
    run.device,
    run.labelled('replay images'),
    (BATCH * IMAGE_BYTES) / 4,
  );
  const kept = new Uint8Array(words.buffer);
  const buffer = Array.from({ length: BATCH }, (_, slot): PlainRow & { index: number } => {
    const bytes = kept.slice(slot * IMAGE_BYTES, (slot + 1) * IMAGE_BYTES);
    const all = bytesOf(0);
    const index = TASKS[0]!.targets.findIndex((_label, image) =>
      bytes.every((byte, i) => byte === all[image * IMAGE_BYTES + i]),
    );
    return { bytes, index, label: reservoir.labels[slot]! };
  });
  expect(new Set(buffer.map(({ index }) => index)).size).toBe(BATCH);
  expect(buffer.map(({ label }) => label)).toEqual(
    buffer.map(({ index }) => TASKS[0]!.targets[index]),
  );

  // The second task pulls against the first; back at the first, the two agree.
  for (const [step, index] of [
    [1, 1],
    [2, 1],
    [3, 0],
  ] as const) {
    const task = await run.begin(index);
    const current = plainGradients(weights, running, rowsOf(index, indicesOf(step)));
    // Every slot is drawn, in whatever order.
    const reference = plainGradients(weights, current.running, buffer);
    const [g, r] = [ofLive(current.gradients), ofLive(reference.gradients)];
    const along = product(g, r);
    const share = Math.min(0, along) / product(r, r);
    signs.push(Math.sign(along));
    const projected = combine(names, [g, r], (a, b) => a - share * b);
    await run.step(task, step);
    for (const [name, found] of await run.gradients()) {
      const error = relativeError(found, projected.get(name)!);
      expect(error, `${name}, step ${step}`).toBeLessThan(4e-3);
    }
    let noted = NaN;
    run.trainer.read((results) => {
      noted = results.at(-1)!.loss;
    });
    await run.trainer.settled();
    expect(Math.abs(noted / current.loss - 1), `loss of step ${step}`).toBeLessThan(1e-3);
    weights = combine(names, [weights, projected], (w, d) => w - RATE * d);
    running = reference.running;
  }
  expect(signs).toEqual([-1, -1, 1]);
});

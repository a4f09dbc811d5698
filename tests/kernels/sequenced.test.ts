/**
 * Batch-norm groups one after another against the same groups as one batch: gradients, running statistics, the
 * replay buffer and the losses are the same but for rounding, in a fraction of the memory.
 */
import { afterEach, expect, test } from 'vitest';
import type { StepMemory } from '../../src/continual/step/training-step.ts';
import type { StepResult } from '../../src/continual/step/trainer.ts';
import { relativeError } from '../reference/compare.ts';
import { gpu, noErrors, readFloats, readWords } from './engine.ts';
import { BUFFER, CLASSES, smallDerpp } from './small-derpp.ts';

const STEPS = 4;
/** Sums of at most some hundred thousand terms in another order, through four layers and four steps. */
const TOLERANCE = 1e-5;

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

/** All that `STEPS` steps of the small DER++ leave behind. */
async function run(memory: StepMemory) {
  const { device, store, trainer, step, labelled } = await smallDerpp(memory);
  const results: StepResult[] = [];
  const gradients: Record<string, Float32Array>[] = [];
  for (let i = 0; i < STEPS; i++) {
    await step(i);
    trainer.read((each) => results.push(...each));
    await trainer.settled();
    const read = store.names.map(async (name) => [name, await store.readGradient(name)] as const);
    gradients.push(Object.fromEntries(await Promise.all(read)));
  }
  const running = await Promise.all(store.runningNames.map((name) => store.readRunning(name)));
  const logits = await readFloats(device, labelled('replay logits'), BUFFER * CLASSES);
  const images = await readWords(device, labelled('replay images'));
  const { activations } = device.memory.bytesByKind();
  const { entries } = trainer.plan;
  device.memory.releaseAll();
  return { results, gradients, running, logits, images, activations: activations!, entries };
}

test.each([
  ['values kept', {}],
  ['values computed again', { recompute: true }],
])('the same numbers as one batch: %s', async (_, memory) => {
  const merged = await run(memory);
  const parts = await run({ ...memory, sequenced: true });
  merged.gradients.forEach((gradients, step) => {
    for (const [name, expected] of Object.entries(gradients)) {
      const error = relativeError(parts.gradients[step]![name]!, expected);
      expect(error, `${name}, step ${step}`).toBeLessThan(TOLERANCE);
    }
    const { loss, ...counts } = merged.results[step]!;
    expect(parts.results[step]).toMatchObject(counts);
    expect(Math.abs(parts.results[step]!.loss / loss - 1)).toBeLessThan(TOLERANCE);
  });
  merged.running.forEach(({ mean, variance }, i) => {
    expect(relativeError(parts.running[i]!.mean, mean)).toBeLessThan(TOLERANCE);
    expect(relativeError(parts.running[i]!.variance, variance)).toBeLessThan(TOLERANCE);
  });
  expect(relativeError(parts.logits, merged.logits)).toBeLessThan(TOLERANCE);
  expect(parts.images).toEqual(merged.images);
  // Three groups of eight rows.
  expect(parts.activations).toBeLessThan(0.5 * merged.activations);
  const macs = ({ entries }: typeof parts) => entries.reduce((sum, entry) => sum + entry.macs, 0);
  expect(macs(parts)).toBe(macs(merged));
  const groups = (found: typeof parts) => [
    ...new Set(found.entries.map((entry) => entry.groups.join())),
  ];
  expect(groups(merged).sort()).toEqual(['', '0,1,2']);
  expect(groups(parts).sort()).toEqual(['', '0', '1', '2']);
});

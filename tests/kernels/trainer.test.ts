/**
 * Steps of the trainer against the plain network: DER++ with everything between raw bytes and the next
 * parameters (draws, crops, three norm groups, three loss terms, SGD with momentum, the replay buffer).
 */
import { afterEach, expect, test } from 'vitest';
import type { StepResult } from '../../src/continual/step/trainer.ts';
import { IMAGE_BYTES } from '../../src/data/image-set.ts';
import { relativeError } from '../reference/compare.ts';
import { gpu, noErrors, readFloats, readWords } from './engine.ts';
import { plainDerpp } from './plain-derpp.ts';
import { BUFFER, CLASSES, smallDerpp } from './small-derpp.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

test.each([
  ['as one batch', {}],
  ['group after group', { sequenced: true }],
  ['group after group, values computed again', { sequenced: true, recompute: true }],
])('three steps of DER++ equal the plain network: %s', async (_, memory) => {
  const { device, store, trainer, bytes, step: run, labelled } = await smallDerpp(memory);
  const initial = new Map(
    await Promise.all(store.names.map(async (name) => [name, await store.read(name)] as const)),
  );
  const plain = plainDerpp(initial, bytes);
  for (let step = 0; step < 3; step++) {
    await run(step);
    const expected = plain.step(step);
    let found: StepResult | undefined;
    trainer.read(([result]) => {
      found = result;
    });
    await trainer.settled();
    expect(found).toMatchObject({ right: expected.right, images: expected.images });
    expect(Math.abs(found!.loss / expected.loss - 1), `loss of step ${step}`).toBeLessThan(1e-4);
    for (const [name, gradient] of expected.gradients) {
      const error = relativeError(await store.readGradient(name), gradient);
      expect(error, `${name}, step ${step}`).toBeLessThan(1e-3);
    }
  }
  for (const [name, { weight }] of plain.states) {
    const start = initial.get(name)!;
    const moved = (await store.read(name)).map((value, i) => value - start[i]!);
    const expected = weight.map((value, i) => value - start[i]!);
    expect(relativeError(moved, expected), `how ${name} moved`).toBeLessThan(1e-3);
  }
  for (const [name, { mean, variance }] of plain.running()) {
    const found = await store.readRunning(name);
    expect(relativeError(found.mean, mean), `${name} mean`).toBeLessThan(1e-4);
    expect(relativeError(found.variance, variance), `${name} variance`).toBeLessThan(1e-4);
  }
  expect(plain.buffer).toHaveLength(BUFFER);
  const images = await readWords(device, labelled('replay images'), (BUFFER * IMAGE_BYTES) / 4);
  expect(new Uint8Array(images.buffer)).toEqual(
    new Uint8Array(plain.buffer.flatMap((kept) => [...kept.bytes])),
  );
  const logits = await readFloats(device, labelled('replay logits'), BUFFER * CLASSES);
  const expected = plain.buffer.flatMap((kept) => kept.logits);
  expect(relativeError(logits, expected), 'stored logits').toBeLessThan(1e-3);
});

/**
 * What a training step leaves alone and what it leaves behind: it makes nothing on the device, it is one
 * submit, and its results wait in a ring to be read in order.
 */
import { afterEach, expect, test, vi } from 'vitest';
import { STRATEGIES } from '../../src/continual/strategies/registry.ts';
import { Trainer } from '../../src/continual/step/trainer.ts';
import { hashU32 } from '../../src/gpu/rng.ts';
import { ActivationPool } from '../../src/nn/compile/activation-pool.ts';
import { buildModel } from '../../src/nn/models/registry.ts';
import { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { imageBytes } from '../reference/inputs.ts';
import { scope } from '../setup/scope.ts';
import { gpu, noErrors } from './engine.ts';
import { CLASSES, OPTIONS, SCALARS, SEED, smallDerpp, STATISTICS, TASK } from './small-derpp.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await noErrors();
  (await gpu()).memory.releaseAll();
});

/** Everything by which a device makes things that stay. */
const MAKERS = [
  'createBuffer',
  'createTexture',
  'createSampler',
  'createBindGroupLayout',
  'createPipelineLayout',
  'createBindGroup',
  'createShaderModule',
  'createComputePipeline',
  'createComputePipelineAsync',
  'createRenderPipeline',
  'createRenderPipelineAsync',
  'createRenderBundleEncoder',
  'createQuerySet',
] as const;

test('a step makes nothing on the device, and is one submit', async () => {
  const { device, trainer, step } = await smallDerpp();
  const { device: raw, memory } = device;
  // A step takes no time by this clock, so that the adapter's speed decides nothing.
  vi.spyOn(performance, 'now').mockReturnValue(0);
  const makers = MAKERS.map((name) => vi.spyOn(raw, name));
  const submit = vi.spyOn(raw.queue, 'submit');
  const created = memory.created;
  const perStep: number[] = [];
  for (let i = 0; i < 12; i++) {
    submit.mockClear();
    await step(i);
    perStep.push(submit.mock.calls.length);
    if (i % 3 === 2) trainer.read(() => undefined);
  }
  await trainer.settled();
  expect(makers.flatMap((maker) => maker.mock.calls)).toEqual([]);
  expect(memory.created).toBe(created);
  // The first two are timed in pieces, of 24 dispatches at first and of more while they are quick.
  const pieces = Math.ceil(trainer.plan.entries.length / 24);
  for (const submits of perStep.slice(0, 2)) expect(submits).toBeLessThanOrEqual(pieces);
  expect(perStep.slice(2)).toEqual(new Array<number>(10).fill(1));
  // The spies do see what is made.
  raw.createBuffer({ size: 16, usage: GPUBufferUsage.COPY_DST }).destroy();
  expect(makers[0]).toHaveBeenCalledOnce();
});

test('results come in order, and once each, also round the end of the ring', async () => {
  // A smaller net, since the ring holds 1024 steps.
  const device = await gpu();
  const network = buildModel('mlp', 1, CLASSES);
  const store = new ParameterStore(device, network, 'sgd');
  store.initialize(SEED);
  const trainer = await Trainer.create({
    gpu: device,
    network,
    store,
    pool: new ActivationPool(device),
    strategy: STRATEGIES.finetune,
    strategyOptions: OPTIONS,
    mostImages: 4,
    statistics: STATISTICS,
    seed: SEED,
  });
  trainer.images.write(0, imageBytes(31, 4));
  // The numbers of images, drawn at random, tell the steps apart.
  const imagesOf = (step: number) => 1 + (hashU32(SEED, 1, step) % 4);
  const delivered: number[] = [];
  const read = () =>
    trainer.read((values) => delivered.push(...values.map(({ images }) => images)));
  const steps = scope === 'smoke' ? 20 : 1040;
  let reads = 0;
  expect(read()).toBe(false);
  for (let step = 0; step < steps; step++) {
    const images = Uint32Array.from({ length: imagesOf(step) }, (_, i) => i);
    await trainer.step(TASK, images, { ...SCALARS, step, update: step + 1 });
    expect(trainer.full).toBe(trainer.unread >= 1008);
    if (trainer.full || step === 10) {
      expect(read()).toBe(true);
      await trainer.settled();
      reads++;
    }
  }
  while (trainer.unread > 0) {
    expect(read()).toBe(true);
    await trainer.settled();
    reads++;
  }
  expect(delivered).toEqual(Array.from({ length: steps }, (_, step) => imagesOf(step)));
  expect(reads).toBe(scope === 'smoke' ? 2 : 4);
});

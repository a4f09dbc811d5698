/** What a run is said to take before it is started: bytes as real runs reported them, and a time that adds up. */
import { describe, expect, test } from 'vitest';
import { ConfigError, type Config } from '../../../src/lab/config/config.ts';
import { costOf } from '../../../src/lab/cost/cost.ts';
import { denseTwin } from '../../../src/lab/config/dense-twin.ts';
import { estimateRun } from '../../../src/lab/engine/measure/estimate.ts';
import { configOf } from '../../../src/lab/presets/registry.ts';
import { secondsFor } from '../../../src/lab/engine/measure/step-time.ts';

const SOFTWARE = {
  gigaflops: 2,
  adapter: { vendor: '', architecture: '', description: '', software: true, features: [] },
} as const;

/** `trainingBytes` in the reports of runs on lavapipe: `lab -- run --preset … --set data=shapes --set tasks=2`. */
const REPORTED: readonly (readonly [string, Partial<Config>, number])[] = [
  ['pocket-finetune', {}, 6_328_672],
  ['pocket-derpp', {}, 11_515_488],
  ['pocket-sparse', {}, 7_414_384],
  ['pocket-sparcl', {}, 11_606_416],
  ['pocket-mest-em', { tasks: 1 }, 5_886_304],
  ['pocket-mest-em', { tasks: 1, layout: 'pattern' }, 5_926_592],
  ['pocket-mest-em', { tasks: 1, layout: 'channel' }, 1_915_760],
  ['pocket-mest-em', { tasks: 1, layout: 'unstructured' }, 6_589_920],
  ['pocket-permuted', {}, 8_092_272],
  ['pocket-er', { strategy: 'icarl' }, 6_328_672],
  ['pocket-er', { model: 'resnet18' }, 82_469_728],
  ['pocket-rigl', { model: 'resnet18', block: '8x8' }, 121_946_672],
];

describe('memory', () => {
  test.each(REPORTED)('of %s with %o is what a run reported', async (preset, fields, bytes) => {
    const config = configOf(preset, { data: 'shapes', tasks: 2, ...fields });
    const { run } = await estimateRun(config, SOFTWARE);
    expect(Math.abs(run.trainingBytes / bytes - 1)).toBeLessThan(0.01);
    expect(run.bytes).toBeGreaterThan(run.trainingBytes);
  });

  test('holds the images of a task and of the buffer', async () => {
    const few = configOf('pocket-er', { imagesPerClass: 100, bufferSize: 100 });
    const many = { ...few, imagesPerClass: 300, bufferSize: 500 };
    const bytes = async (config: Config) => (await estimateRun(config, SOFTWARE)).run.bytes;
    // 2 classes × 200 images, and 400 of the buffer with ten logits each.
    expect((await bytes(many)) - (await bytes(few))).toBe(400 * 3072 + 400 * (3072 + 40));
  });
});

describe('time', () => {
  test('is work over speed: each part by hand', () => {
    const effort = { flops: 3e9, bytesMoved: 1e8, dispatches: 50 };
    expect(secondsFor(effort, { gigaflops: 2, software: true })).toBeCloseTo(
      1.5 + 0.3 + 0.0025,
      10,
    );
    expect(secondsFor(effort, { gigaflops: 100, software: false })).toBeCloseTo(
      0.03 + 0.004 + 0.001,
      10,
    );
  });

  test('is unknown until the device has been measured', async () => {
    const { run, firstStepSeconds } = await estimateRun(configOf('forget'), {
      ...SOFTWARE,
      gigaflops: null,
    });
    expect(run.seconds).toBeNull();
    expect(firstStepSeconds).toBeNull();
    expect(run.flops).toBeGreaterThan(0);
  });

  test('of a quiet lavapipe is near what was measured: 69.7 ms a dense step, 25 ms a sparse one', async () => {
    const lavapipe = { ...SOFTWARE, gigaflops: 7.3 };
    const stepMs = async (preset: string) => {
      const config = configOf(preset, { testPerClass: 1, tasks: 1 });
      const { run, steps } = await estimateRun(config, lavapipe);
      return (1000 * run.seconds!) / steps;
    };
    expect(Math.abs((await stepMs('pocket-finetune')) / 69.7 - 1)).toBeLessThan(0.2);
    expect(Math.abs((await stepMs('pocket-mest-em')) / 25 - 1)).toBeLessThan(0.3);
  });

  test('of epochs is proportional', async () => {
    const config = configOf('forget', { epochs: 10, testPerClass: 1 });
    const once = await estimateRun(config, SOFTWARE);
    const twice = await estimateRun({ ...config, epochs: 20 }, SOFTWARE);
    expect(twice.run.seconds! / once.run.seconds!).toBeCloseTo(2, 2);
    expect(twice.run.flops).toBe(2 * once.run.flops);
    expect(twice.run.bytes).toBe(once.run.bytes);
  });
});

describe('the dense twin', () => {
  test('has every weight, gradient and image, and is otherwise the same', async () => {
    const config = configOf('sparcl');
    const twin = denseTwin(config);
    const kept = {
      strategy: 'derpp',
      epochs: config.epochs,
      width: config.width,
      maskedHead: true,
    };
    expect(twin).toMatchObject({ ...kept, layout: 'dense', sparsity: 0, removal: 0 });
    const { run, dense } = await estimateRun(config, SOFTWARE);
    expect(dense!.flops).toBe(costOf(twin).executed.flops);
    expect(dense!.seconds).toBeGreaterThan(run.seconds!);
  });

  test('of a dense run is left out', async () => {
    expect((await estimateRun(configOf('replay'), SOFTWARE)).dense).toBeNull();
  });
});

test('what cannot run is refused in the words of the run', async () => {
  const bad = { ...configOf('replay'), bufferSize: 0 };
  await expect(estimateRun(bad, SOFTWARE)).rejects.toThrow(ConfigError);
  await expect(estimateRun(bad, SOFTWARE)).rejects.toThrow('er needs a replay buffer');
  await expect(estimateRun({ ...bad, bufferSize: 9, tasks: 50 }, SOFTWARE)).rejects.toThrow(
    'the set has 10',
  );
});

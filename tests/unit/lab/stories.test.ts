/** The stories: what they are, and that they suit a device, by the estimate of what their runs take there. */
import { describe, expect, test } from 'vitest';
import { requireCombination } from '../../../src/lab/config/combinations.ts';
import { DEFAULTS, parseConfig, type Config } from '../../../src/lab/config/config.ts';
import { estimateRun } from '../../../src/lab/engine/measure/estimate.ts';
import { STORIES } from '../../../src/lab/presets/stories.ts';
import { configOf, PRESETS } from '../../../src/lab/presets/registry.ts';
import { suitedRuns, suitedSize } from '../../../src/lab/cost/suited-size.ts';

const adapterOf = (software: boolean) => ({
  vendor: '',
  architecture: '',
  description: '',
  software,
  features: [],
});

/** SwiftShader, lavapipe, a phone, a laptop, a desktop's and a data centre's GPU. */
const DEVICES = [
  { gigaflops: 1.5, software: true },
  { gigaflops: 7, software: true },
  { gigaflops: 30, software: false },
  { gigaflops: 300, software: false },
  { gigaflops: 2000, software: false },
  { gigaflops: 8000, software: false },
] as const;

test('stories come first among the presets, and the page opens on forgetting', () => {
  expect(PRESETS.slice(0, STORIES.length).map(({ name }) => name)).toEqual([
    'forget',
    'replay',
    'sparse',
    'sparcl',
    'schemes',
    'mest',
    'own-images',
  ]);
  for (const { name, runs } of STORIES) {
    expect(configOf(name)).toEqual(parseConfig({ ...DEFAULTS, ...runs[0] }));
  }
});

test('runs of one story differ in what they are told apart by, and in nothing else', () => {
  for (const { runs, runTitles } of STORIES) {
    expect(runTitles).toHaveLength(runs.length > 1 ? runs.length : 0);
    const whole = runs.map((run): Config => ({ ...DEFAULTS, ...run }));
    for (const run of whole) {
      const differs = Object.keys(run).filter(
        (key) => run[key as keyof Config] !== whole[0]![key as keyof Config],
      );
      const about = ['layout', 'block', 'sparsity'];
      expect(differs.filter((key) => !about.includes(key))).toEqual([]);
    }
  }
});

describe.each(DEVICES)('on a device of $gigaflops GFLOP/s', ({ gigaflops, software }) => {
  test.each(STORIES)(
    '$name moves within two seconds and is over in about one to three minutes',
    async (story) => {
      const { epochs } = suitedSize(gigaflops, software, story);
      let seconds = 0;
      for (const run of suitedRuns(story, gigaflops, software)) {
        const config = parseConfig({ ...DEFAULTS, ...run });
        requireCombination(config);
        const estimate = await estimateRun(config, { gigaflops, adapter: adapterOf(software) });
        expect(estimate.firstStepSeconds).toBeLessThan(2);
        seconds += estimate.run.seconds!;
      }
      // Where even thirty epochs a task are over sooner, they are.
      expect(seconds).toBeGreaterThan(epochs < 30 ? 45 : 25);
      expect(seconds).toBeLessThan(180);
    },
  );
});

test('a slow software adapter gets the smallest network', () => {
  for (const story of STORIES) {
    expect(suitedSize(1.5, true, story)).toMatchObject({ model: 'pocket', width: 8 });
    expect(suitedSize(null, true, story)).toEqual(suitedSize(1.5, true, story));
    expect(suitedSize(2000, false, story)).toMatchObject({ model: 'resnet18', width: 32 });
  }
});

test('what an image and a step of each size take is what listing them counts', async () => {
  for (const gigaflops of [1.5, 7, 30, 300, 2000]) {
    const software = gigaflops < 10;
    const [forget] = STORIES;
    const size = suitedSize(gigaflops, software, forget!);
    const config = parseConfig({ ...DEFAULTS, ...forget!.runs[0], ...size, block: DEFAULTS.block });
    const { run } = await estimateRun(config, { gigaflops, adapter: adapterOf(software) });
    // Time was found for the most epochs that fit into 90 seconds: one more would not.
    expect(run.seconds).toBeLessThan(92);
    if (size.epochs < 30) {
      const more = { ...config, epochs: size.epochs + 1 };
      const longer = await estimateRun(more, { gigaflops, adapter: adapterOf(software) });
      expect(longer.run.seconds).toBeGreaterThan(88);
    }
  }
});

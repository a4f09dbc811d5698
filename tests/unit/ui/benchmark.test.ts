/** What the device page makes of its measurements. */
import { describe, expect, it } from 'vitest';
import type { DeviceReport } from '../../../src/bench/device/protocol.ts';
import { bestAtNinety, stepSpeedUp, verdict } from '../../../src/ui/benchmark/sweep-words.ts';
import { seriesOf } from '../../../src/ui/benchmark/sweep-chart.ts';

const kernel = (block: string, density: number, speedUp: number) => ({
  block,
  density,
  ms: 1,
  speedUp,
});
const REPORT: DeviceReport = {
  schema: 'palimpsest-device/1',
  date: '2026-01-01T00:00:00Z',
  adapter: { vendor: 'v', architecture: 'a', description: '', software: true, features: [] },
  gigaflops: 1.5,
  layer: 'a layer',
  denseLayerMs: 10,
  kernels: [
    kernel('8×8', 0.1, 6.2),
    kernel('8×8', 1, 0.9),
    kernel('16×16', 0.11, 8.04),
    kernel('16×16', 0.05, 13),
  ],
  network: 'a network',
  stepBlock: '16×16',
  steps: [
    { sparsity: 0.5, ms: 60, denseMs: 100 },
    { sparsity: 0.9, ms: 20, denseMs: 90 },
  ],
};

describe('device words', () => {
  it('names the fastest block size near nine tenths', () => {
    expect(bestAtNinety(REPORT)?.block).toBe('16×16');
    expect(bestAtNinety({ kernels: [kernel('4×4', 0.5, 1.5)] })).toBeNull();
  });

  it('compares a step with the dense one that was timed beside it', () => {
    expect(REPORT.steps.map(stepSpeedUp)).toEqual([100 / 60, 4.5]);
  });

  it('says it in a sentence, as far as it is known', () => {
    expect(verdict(REPORT)).toBe(
      'With nine weights of ten gone, a layer in 16×16 blocks is 8.0× faster here, a whole training step 4.5×.',
    );
    expect(verdict({ ...REPORT, kernels: [], steps: [] })).toBe('Measuring.');
  });
});

describe('sweep chart', () => {
  it('draws a line a block size, densest first', () => {
    const series = seriesOf(REPORT.kernels);
    expect(series.map(({ block }) => block)).toEqual(['8×8', '16×16']);
    expect(series.map(({ points }) => points.map(({ density }) => density))).toEqual([
      [1, 0.1],
      [0.11, 0.05],
    ]);
  });
});

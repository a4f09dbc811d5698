/** Small sound reports to compare, made by hand. */
import { configOf } from '../../../src/lab/presets/registry.ts';
import type { Config } from '../../../src/lab/config/config.ts';
import type { Report } from '../../../src/lab/report/report.ts';

interface Made {
  readonly preset: string;
  readonly fields?: Partial<Config>;
  /** Final average accuracies and forgetting, as fractions. */
  readonly classes: number;
  readonly tasks?: number;
  readonly forgetting?: number | null;
  readonly steps: number;
  readonly data?: string;
  readonly adapter?: string;
  readonly trainSeconds?: number;
}

const LINE = {
  dispatches: 1,
  macs: 0,
  denseMacs: 0,
  outsideMacs: 0,
  bytesRead: 0,
  bytesWritten: 0,
};

export function madeReport(made: Made): Report {
  const config = configOf(made.preset, made.fields);
  const { classes, tasks = 0.9, forgetting = 0.25, steps, data = config.data } = made;
  const scenario = (finalAccuracy: number) => ({
    untrained: [0.1],
    matrix: [[finalAccuracy]],
    metrics: {
      finalAccuracy,
      anytimeAccuracy: finalAccuracy,
      forgetting,
      backwardTransfer: null,
      forwardTransfer: null,
    },
  });
  const kinds = {
    forward: LINE,
    'input-gradient': LINE,
    'weight-gradient': LINE,
    update: LINE,
    select: LINE,
    other: LINE,
  };
  const ledger = {
    kinds,
    all: { ...LINE, macs: 1e9, denseMacs: 4e9 },
    published: { macs: 6e8, denseMacs: 3e9 },
  };
  return {
    schema: 'palimpsest-report/1',
    config,
    masks: [],
    removals: [],
    data: { name: data, title: data, classes: [['a', 'b']] },
    adapter: {
      vendor: 'v',
      architecture: 'a',
      description: made.adapter ?? 'one adapter',
      software: true,
      features: [],
    },
    model: { parameters: 100, liveParameters: 25, density: 0.25, macsPerStep: 10, layers: [] },
    variants: {},
    classIncremental: scenario(classes),
    taskIncremental: scenario(tasks),
    lossByEpoch: [[1]],
    accuracyByEpoch: [[0.5]],
    loss: [1],
    steps,
    dispatchesPerStep: 1,
    buffersCreatedPerStep: 0,
    peakGpuBytes: 1000,
    gpuBytesByKind: { weights: 400 },
    trainingBytes: 2e6,
    ledger: { step: ledger, run: ledger },
    timing: {
      startedAt: '',
      totalSeconds: 20,
      trainSeconds: made.trainSeconds ?? 10,
      prepareSeconds: 1,
      millisecondsPerStep: 5,
      imagesPerSecond: 100,
      submitsPerStep: 1,
    },
  };
}

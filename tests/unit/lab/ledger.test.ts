/** Sums of a ledger by hand, and the two conventions against the published factors of dense training. */
import { NO_TERMS } from '../../reference/no-terms.ts';
import { describe, expect, test } from 'vitest';
import { STRATEGIES } from '../../../src/continual/strategies/registry.ts';
import type { DispatchKind, Work } from '../../../src/gpu/plan.ts';
import {
  runLedger,
  stepLedger,
  trainingBytes,
  workLedger,
} from '../../../src/lab/report/ledger.ts';

const OPTIONS = {
  ...NO_TERMS,
  batch: 32,
  replayBatch: 32,
  maskedHead: false,
  alpha: 0.1,
  beta: 0.5,
};

const entry = (kind: DispatchKind, work: Partial<Work> = {}): Work & { kind: DispatchKind } => ({
  kind,
  macs: 0,
  denseMacs: work.macs ?? 0,
  outsideMacs: 0,
  bytesRead: 0,
  bytesWritten: 0,
  groups: [],
  ...work,
});

describe('a step', () => {
  const ledger = stepLedger(
    [
      entry('gather', { groups: [0], bytesRead: 7, bytesWritten: 5 }),
      entry('forward', { groups: [0], macs: 10, denseMacs: 100, outsideMacs: 2 }),
      entry('forward', { groups: [0], macs: 30, denseMacs: 50, outsideMacs: 1, bytesRead: 11 }),
      entry('loss', { groups: [0], bytesWritten: 3 }),
      entry('weight-gradient', { groups: [0], macs: 20, denseMacs: 200 }),
      entry('update', { bytesRead: 13, bytesWritten: 17 }),
    ],
    STRATEGIES.finetune.draws(OPTIONS),
  );

  test('adds up by kind, what gathers and judges among the others', () => {
    expect(ledger.kinds.forward).toEqual({
      dispatches: 2,
      macs: 40,
      denseMacs: 150,
      outsideMacs: 3,
      bytesRead: 11,
      bytesWritten: 0,
    });
    expect(ledger.kinds.other).toMatchObject({ dispatches: 2, bytesRead: 7, bytesWritten: 8 });
    expect(ledger.kinds['input-gradient'].dispatches).toBe(0);
    expect(ledger.kinds.update).toMatchObject({ dispatches: 1, bytesRead: 13, bytesWritten: 17 });
    expect(ledger.all).toEqual({
      dispatches: 6,
      macs: 60,
      denseMacs: 350,
      outsideMacs: 3,
      bytesRead: 31,
      bytesWritten: 25,
    });
  });

  test('is what a run is made of', () => {
    const run = runLedger(ledger, 50);
    expect(run.all).toMatchObject({ dispatches: 300, macs: 3000, denseMacs: 17_500 });
    expect(run.kinds.forward.bytesRead).toBe(550);
    expect(run.published).toEqual({ macs: 3000, denseMacs: 17_500 });
  });
});

/** Passes over one batch of current images that published tables charge (SparCL, supplement): F each. */
test.each([
  ['finetune', 3, 3],
  ['er', 4, 6],
  ['der', 4, 6],
  ['derpp', 5, 9],
] as const)('%s pays %i passes as published and %i in truth', (name, published, honest) => {
  const draws = STRATEGIES[name].draws(OPTIONS);
  const groups = [...new Set(draws.map(({ normGroup }) => normGroup))];
  const rows = draws.reduce((sum, draw) => sum + draw.rows, 0);
  const passes = ['forward', 'input-gradient', 'weight-gradient'] as const;
  const macs = 1000;
  const merged = passes.map((kind) => entry(kind, { macs: macs * rows, groups }));
  const parts = groups.flatMap((group) => {
    const own = draws.filter(({ normGroup }) => normGroup === group);
    const share = own.reduce((sum, draw) => sum + draw.rows, 0);
    return passes.map((kind) => entry(kind, { macs: macs * share, groups: [group] }));
  });
  for (const entries of [merged, parts]) {
    const ledger = stepLedger(entries, draws);
    expect(ledger.all.macs).toBe(honest * 32 * macs);
    expect(ledger.published.macs).toBeCloseTo(published * 32 * macs, 6);
    expect(ledger.published.denseMacs).toBeCloseTo(published * 32 * macs, 6);
  }
});

describe('a run of several plans', () => {
  const draws = STRATEGIES.er.draws(OPTIONS);
  const step = [
    entry('forward', { macs: 64, denseMacs: 640, groups: [0] }),
    entry('weight-gradient', { macs: 64, denseMacs: 640, groups: [0] }),
  ];
  const saving = [
    entry('forward', { macs: 64, denseMacs: 640, groups: [0] }),
    entry('weight-gradient', { macs: 16, denseMacs: 640, groups: [0], bytesRead: 8 }),
  ];
  const score = [entry('select'), entry('forward', { macs: 1000, denseMacs: 2000, groups: [0] })];

  test('adds each as often as it ran, and publishes what tables count', () => {
    const { step: mean, run } = workLedger(
      [
        { entries: step, runs: 3, published: true },
        { entries: saving, runs: 7, published: true },
        { entries: score, runs: 2, published: false },
      ],
      draws,
      10,
    );
    expect(run.kinds['weight-gradient']).toEqual({
      dispatches: 10,
      macs: 3 * 64 + 7 * 16,
      denseMacs: 6400,
      outsideMacs: 0,
      bytesRead: 56,
      bytesWritten: 0,
    });
    expect(run.kinds.forward.macs).toBe(640 + 2000);
    expect(run.kinds.select.dispatches).toBe(2);
    expect(run.all).toMatchObject({ dispatches: 24, macs: 640 + 304 + 2000 });
    // Half of the rows are replayed, which are charged forward alone.
    expect(run.published).toEqual({ macs: 640 + 304 / 2, denseMacs: 6400 + 3200 });
    expect(mean.all.macs).toBeCloseTo(run.all.macs / 10, 9);
    expect(mean.all.dispatches).toBeCloseTo(2.4, 9);
    expect(mean.kinds['weight-gradient'].macs).toBeCloseTo(30.4, 9);
    expect(mean.published.macs).toBeCloseTo(79.2, 9);
  });

  test('that are one is that step, to the bit', () => {
    const uneven = [entry('weight-gradient', { macs: 0.1, denseMacs: 0.7, groups: [0] })];
    const { step: mean, run } = workLedger(
      [{ entries: uneven, runs: 7, published: true }],
      draws,
      7,
    );
    expect(mean).toEqual(stepLedger(uneven, draws));
    expect(run).toEqual(runLedger(stepLedger(uneven, draws), 7));
  });
});

test('training bytes leave out images, replay and evaluation', () => {
  const kinds = ['weights', 'gradients', 'optimizer', 'indices', 'activations', 'workspace'];
  const bytes = Object.fromEntries(kinds.map((kind, i) => [kind, 2 ** i]));
  const apart = { images: 1000, replay: 1000, evaluation: 1000, control: 1000 };
  expect(trainingBytes({ ...bytes, ...apart })).toBe(63);
  expect(trainingBytes({ weights: 5 })).toBe(5);
});

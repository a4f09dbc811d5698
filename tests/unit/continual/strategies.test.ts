import { NO_TERMS } from '../../../src/continual/strategy.ts';
import { describe, expect, it } from 'vitest';
import { CLASS_MASK, fillStep, planBatch, ROW_SOURCE } from '../../../src/continual/batch-plan.ts';
import { Reservoir } from '../../../src/continual/reservoir.ts';
import { STRATEGIES } from '../../../src/continual/strategies/registry.ts';
import type { Strategy, StrategyOptions } from '../../../src/continual/strategy.ts';
import { RandomStream, STREAM } from '../../../src/gpu/rng.ts';
import { STRATEGIES as CONFIG_NAMES } from '../../../src/lab/config.ts';
import { recorded } from './recorded.ts';

const strategies: readonly Strategy[] = Object.values(STRATEGIES);

/** One step of a strategy: `current` images at hand, `held` in the buffer. */
function step(strategy: Strategy, options: StrategyOptions, current: number, held: number) {
  const plan = planBatch(strategy, options);
  const reservoir = new Reservoir(
    40,
    new RandomStream(2, STREAM.reservoir),
    new RandomStream(2, STREAM.replay),
  );
  for (let i = 0; i < held; i++) reservoir.offer(0, 0);
  const images = Array.from({ length: current }, (_, i) => i);
  fillStep(
    plan,
    { images, targets: images.map(() => 2), task: 1 },
    strategy.buffer === 'none' ? null : reservoir,
  );
  return plan;
}

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
const shares = (of: number, weight: number) => new Array<number>(of).fill(Math.fround(weight / of));

describe('the registry', () => {
  it('has a config’s strategies, each under its own name', () => {
    expect(strategies.map((strategy) => strategy.name)).toEqual(Object.keys(STRATEGIES));
    expect([...Object.keys(STRATEGIES)].sort()).toEqual([...CONFIG_NAMES].sort());
  });

  it('stores what each needs', () => {
    expect(strategies.map(({ name, buffer, stream }) => [name, buffer, stream])).toEqual([
      ['finetune', 'none', 'tasks'],
      ['joint', 'none', 'joint'],
      ['er', 'images', 'tasks'],
      ['der', 'images+logits', 'tasks'],
      ['derpp', 'images+logits', 'tasks'],
    ]);
  });
});

describe.each([
  { what: 'a full step', current: 32, held: 40, drawn: 32 },
  { what: 'a ragged step', current: 5, held: 40, drawn: 32 },
  { what: 'a young buffer', current: 32, held: 10, drawn: 10 },
  { what: 'an empty buffer', current: 32, held: 0, drawn: 0 },
])('row weights of $what', ({ current, held, drawn }) => {
  const options = {
    ...NO_TERMS,
    batch: 32,
    replayBatch: 32,
    maskedHead: false,
    alpha: 0.3,
    beta: 0.7,
  };
  const rowsOf = (strategy: Strategy) => step(strategy, options, current, held).rows;

  it.each([STRATEGIES.finetune, STRATEGIES.joint])('$name: the mean over current rows', (s) => {
    const rows = rowsOf(s);
    expect(Array.from(rows.crossEntropy.subarray(0, current))).toEqual(shares(current, 1));
    expect(sum(rows.crossEntropy)).toBeCloseTo(1, 5);
    expect(sum(rows.mse)).toBe(0);
  });

  it('er: one mean over current and replayed rows together', () => {
    const rows = rowsOf(STRATEGIES.er);
    const live = current + drawn;
    expect(Array.from(rows.crossEntropy.subarray(0, live))).toEqual(shares(live, 1));
    expect(sum(rows.crossEntropy)).toBeCloseTo(1, 5);
    expect(sum(rows.mse)).toBe(0);
  });

  it('der: a mean over each draw, α for the logits', () => {
    const rows = rowsOf(STRATEGIES.der);
    expect(Array.from(rows.crossEntropy.subarray(0, current))).toEqual(shares(current, 1));
    expect(sum(rows.crossEntropy)).toBeCloseTo(1, 5);
    expect(Array.from(rows.mse.subarray(32, 32 + drawn))).toEqual(shares(drawn, 0.3));
    expect(sum(rows.mse)).toBeCloseTo(drawn > 0 ? 0.3 : 0, 5);
  });

  it('derpp: a mean over each draw, α for the logits, β for the labels', () => {
    const rows = rowsOf(STRATEGIES.derpp);
    expect(Array.from(rows.crossEntropy.subarray(0, current))).toEqual(shares(current, 1));
    expect(Array.from(rows.mse.subarray(32, 32 + drawn))).toEqual(shares(drawn, 0.3));
    expect(Array.from(rows.crossEntropy.subarray(64, 64 + drawn))).toEqual(shares(drawn, 0.7));
    expect(sum(rows.crossEntropy)).toBeCloseTo(drawn > 0 ? 1.7 : 1, 5);
    expect(sum(rows.mse)).toBeCloseTo(drawn > 0 ? 0.3 : 0, 5);
  });
});

describe('a masked head', () => {
  it.each(strategies)('$name: restricts the current rows alone', (strategy) => {
    const options = { ...NO_TERMS, batch: 4, replayBatch: 4, maskedHead: true, alpha: 1, beta: 1 };
    const { rows } = step(strategy, options, 4, 9);
    Array.from(rows.source).forEach((source, row) => {
      const masked = source === ROW_SOURCE.stream;
      expect(rows.classMask[row]).toBe(masked ? CLASS_MASK.task : CLASS_MASK.all);
    });
  });
});

describe.each(recorded.losses)(
  'recorded loss of $current.labels.length current and $first.labels.length replayed images, masked: $maskedHead',
  (record) => {
    // The loss of a step is Σ rows weight × term: worked out here from the rows' weights and compared
    // with the strategy's formula, worked out by the reference from means.
    it.each(strategies)('$name', (strategy) => {
      const { current, first, second } = record;
      const { rows, draws, layout } = step(
        strategy,
        { ...NO_TERMS, ...record },
        current.labels.length,
        first.labels.length,
      );
      const given = draws.map((_, d) => [current, first, second][d]!);
      let loss = 0;
      let row = 0;
      draws.forEach((draw, d) => {
        if (d > 0 && draw.normGroup !== draws[d - 1]!.normGroup) {
          row = layout.groups[draw.normGroup]!.start;
        }
        given[d]!.labels.forEach((label, i) => {
          const logits = given[d]!.logits[i]!;
          const all = rows.classMask[row] === CLASS_MASK.all;
          const kept = all ? logits : record.taskClasses.map((k) => logits[k]!);
          const crossEntropy = Math.log(sum(kept.map((z) => Math.exp(z)))) - logits[label]!;
          const squares = first.stored[i]?.map((z, k) => (logits[k]! - z) ** 2) ?? [0];
          loss += rows.crossEntropy[row]! * crossEntropy;
          loss += (rows.mse[row]! * sum(squares)) / squares.length;
          row++;
        });
      });
      expect(Math.abs(loss - record.loss[strategy.name]!)).toBeLessThan(1e-6);
    });
  },
);

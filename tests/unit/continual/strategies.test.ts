import { describe, expect, it } from 'vitest';
import { fillStep, planBatch, ROW_SOURCE } from '../../../src/continual/batch/batch-plan.ts';
import { CLASS_SET } from '../../../src/continual/stream/class-sets.ts';
import { Reservoir } from '../../../src/continual/buffer/reservoir.ts';
import { STRATEGIES } from '../../../src/continual/strategies/registry.ts';
import type { StrategyOptions } from '../../../src/continual/batch/draw.ts';
import { NO_TERMS } from '../../reference/no-terms.ts';
import type { Strategy } from '../../../src/continual/strategies/strategy.ts';
import { RandomStream, STREAM } from '../../../src/gpu/rng.ts';
import { STRATEGIES as CONFIG_NAMES } from '../../../src/lab/config/config.ts';
import { recorded } from './recorded.ts';

const strategies: readonly Strategy[] = Object.values(STRATEGIES);

/** One step of a strategy: `current` images at hand, `held` in the buffer; the task has two outputs. */
function step(
  strategy: Strategy,
  options: StrategyOptions,
  current: number,
  held: number,
  task = 1,
) {
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
    { images, targets: images.map(() => 2 * task), task, outputs: { first: 2 * task, count: 2 } },
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
      ['er-separate', 'images', 'tasks'],
      ['der', 'images+logits', 'tasks'],
      ['derpp', 'images+logits', 'tasks'],
      ['agem', 'images', 'tasks'],
      ['ewc', 'none', 'tasks'],
      ['si', 'none', 'tasks'],
      ['packnet', 'none', 'tasks'],
      ['gdumb', 'images', 'tasks'],
      ['er-ace', 'images', 'tasks'],
      ['fdr', 'images+logits', 'tasks'],
      ['icarl', 'images', 'tasks'],
      ['lwf', 'none', 'tasks'],
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
    temperature: 3,
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

  it('er-separate: a mean over each batch, in a norm group of its own', () => {
    const plan = step(STRATEGIES['er-separate'], options, current, held);
    const { rows, layout } = plan;
    expect(layout.groups).toEqual([
      { start: 0, padded: 32 },
      { start: 32, padded: 32 },
    ]);
    expect([...rows.live]).toEqual([current, drawn]);
    expect(Array.from(rows.crossEntropy.subarray(0, current))).toEqual(shares(current, 1));
    expect(Array.from(rows.crossEntropy.subarray(32, 32 + drawn))).toEqual(shares(drawn, 1));
    expect(sum(rows.crossEntropy)).toBeCloseTo(drawn > 0 ? 2 : 1, 5);
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

  it('er-ace: two means of weight 1, current rows among the classes of their batch', () => {
    const rows = rowsOf(STRATEGIES['er-ace']);
    const asIs = [...shares(current, 1), ...new Array<number>(32 - current).fill(0)];
    expect(Array.from(rows.crossEntropy.subarray(0, 32))).toEqual(asIs);
    expect(Array.from(rows.crossEntropy.subarray(32, 32 + drawn))).toEqual(shares(drawn, 1));
    expect(Array.from(rows.classSet.subarray(0, current))).toEqual(
      new Array<number>(current).fill(CLASS_SET.batch),
    );
    expect(Array.from(rows.classSet.subarray(32))).toEqual(
      new Array<number>(32).fill(CLASS_SET.all),
    );
    // Label 2, and the outputs after those of the task (2 and 3).
    expect([...rows.batchSet]).toEqual(
      [0b100 | 0xfffffff0, ...new Array<number>(7).fill(2 ** 32 - 1)].map((word) => word >>> 0),
    );
  });

  it('fdr: the distance of replayed rows alone', () => {
    const rows = rowsOf(STRATEGIES.fdr);
    expect(Array.from(rows.crossEntropy.subarray(0, current))).toEqual(shares(current, 1));
    expect(sum(rows.crossEntropy)).toBeCloseTo(1, 5);
    expect(Array.from(rows.distance.subarray(32, 32 + drawn))).toEqual(shares(drawn, 0.3));
    expect(sum(rows.distance)).toBeCloseTo(drawn > 0 ? 0.3 : 0, 5);
    expect(Array.from(rows.logitSlot.subarray(32, 32 + drawn))).toEqual(
      Array.from(rows.index.subarray(32, 32 + drawn)),
    );
    // Nothing of a batch is offered to the buffer.
    expect(Math.max(...rows.storeSlot)).toBe(-1);
  });

  it('lwf: current rows pay for both, α / T² for what past classes were', () => {
    const rows = rowsOf(STRATEGIES.lwf);
    expect(Array.from(rows.crossEntropy.subarray(0, current))).toEqual(shares(current, 1));
    expect(Array.from(rows.kl.subarray(0, current))).toEqual(shares(current, 0.3 / 9));
    for (let row = 0; row < current; row++) {
      expect([rows.temperature[row], rows.classSet[row], rows.heldSet[row]]).toEqual([
        3,
        CLASS_SET.seen,
        CLASS_SET.past,
      ]);
      expect(rows.logitSlot[row]).toBe(rows.index[row]);
    }
  });

  it('icarl: one binary mean over the current rows, old answers behind the buffer’s', () => {
    const rows = rowsOf(STRATEGIES.icarl);
    expect(Array.from(rows.binary.subarray(0, current))).toEqual(shares(current, 1));
    expect(sum(rows.crossEntropy)).toBe(0);
    expect(rows.live).toEqual(Uint32Array.of(current));
    for (let row = 0; row < current; row++) {
      expect([rows.classSet[row], rows.heldSet[row]]).toEqual([CLASS_SET.seen, CLASS_SET.past]);
      expect(rows.logitSlot[row]).toBe(40 + rows.index[row]!);
    }
    expect(Math.max(...rows.storeSlot)).toBe(-1);
  });
});

describe('the first task', () => {
  const options = { ...NO_TERMS, batch: 4, replayBatch: 4, alpha: 0.5, beta: 1 };

  it('has no replay and leaves no class out with er-ace, though its buffer fills', () => {
    const { rows } = step(STRATEGIES['er-ace'], options, 4, 9, 0);
    expect([...rows.live]).toEqual([4, 0]);
    expect([...rows.batchSet]).toEqual(new Array<number>(8).fill(2 ** 32 - 1));
    expect(Math.min(...rows.storeSlot.subarray(0, 4))).toBeGreaterThanOrEqual(0);
  });

  it('has no replay with er-separate, though its buffer fills', () => {
    const { rows } = step(STRATEGIES['er-separate'], options, 4, 9, 0);
    expect([...rows.live]).toEqual([4, 0]);
    expect(Math.min(...rows.storeSlot.subarray(0, 4))).toBeGreaterThanOrEqual(0);
  });

  it.each([STRATEGIES.lwf, STRATEGIES.icarl])('has no answers of before with $name', (strategy) => {
    expect([...step(strategy, options, 4, 0, 0).rows.logitSlot]).toEqual([-1, -1, -1, -1]);
  });
});

describe('a masked head', () => {
  const masking = strategies.filter(({ name }) => name !== 'icarl');
  it.each(masking)('$name: restricts the current rows alone', (strategy) => {
    const options = { ...NO_TERMS, batch: 4, replayBatch: 4, maskedHead: true, alpha: 1, beta: 1 };
    const { rows } = step(strategy, options, 4, 9);
    Array.from(rows.source).forEach((source, row) => {
      const masked = source === ROW_SOURCE.stream;
      expect(rows.classSet[row]).toBe(masked ? CLASS_SET.task : CLASS_SET.all);
    });
  });
});

describe.each(recorded.losses)(
  'recorded loss of $current.labels.length current and $first.labels.length replayed images, masked: $maskedHead',
  (record) => {
    // The loss of a step is Σ rows weight × term: worked out here from the rows' weights and compared
    // with the strategy's formula, worked out by the reference from means.
    const known = strategies.filter(({ name }) => Object.hasOwn(record.loss, name));
    it.each(known)('$name', (strategy) => {
      const { current, first, second, batch, replayBatch, maskedHead, alpha, beta } = record;
      const { rows, draws, layout } = step(
        strategy,
        { ...NO_TERMS, batch, replayBatch, maskedHead, alpha, beta },
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
          const all = rows.classSet[row] === CLASS_SET.all;
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

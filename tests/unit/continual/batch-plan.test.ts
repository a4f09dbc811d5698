import { describe, expect, it } from 'vitest';
import {
  fillStep,
  planBatch,
  ROW_FIELDS,
  ROW_SOURCE,
  rowLayout,
  rowParts,
  type StepRows,
} from '../../../src/continual/batch/batch-plan.ts';
import { BATCH_SET_WORDS, CLASS_SET } from '../../../src/continual/stream/class-sets.ts';
import { Reservoir } from '../../../src/continual/buffer/reservoir.ts';
import { derpp } from '../../../src/continual/strategies/derpp.ts';
import { er } from '../../../src/continual/strategies/er.ts';
import { finetune } from '../../../src/continual/strategies/finetune.ts';
import { batches, createStream } from '../../../src/continual/stream/stream.ts';
import type { Draw, StrategyOptions } from '../../../src/continual/batch/draw.ts';
import { NO_TERMS } from '../../reference/no-terms.ts';
import type { Strategy } from '../../../src/continual/strategies/strategy.ts';
import { RandomStream, STREAM } from '../../../src/gpu/rng.ts';
import { recorded, RecordedRandom } from './recorded.ts';

const options: StrategyOptions = {
  ...NO_TERMS,
  batch: 6,
  replayBatch: 5,
  maskedHead: false,
  alpha: 0.1,
  beta: 0.5,
};
const targets = [0, 0, 0, 0, 1, 1, 1, 1];
const outputs = { first: 0, count: 2 };

function holding(images: number, capacity = 20): Reservoir {
  const reservoir = new Reservoir(
    capacity,
    new RandomStream(1, STREAM.reservoir),
    new RandomStream(1, STREAM.replay),
  );
  for (let i = 0; i < images; i++) reservoir.offer(i % 4, 0);
  return reservoir;
}

const sources = (rows: StepRows) => Array.from(rows.source).join('');

describe('rowParts', () => {
  const layout = {
    groups: [
      { start: 0, padded: 8 },
      { start: 8, padded: 4 },
    ],
    rows: 12,
  };

  it('is the whole batch, or each group counted from its own first row', () => {
    expect(rowParts(layout, false)).toEqual([{ firstGroup: 0, firstRow: 0, ...layout }]);
    expect(rowParts(layout, true)).toEqual([
      { firstGroup: 0, firstRow: 0, rows: 8, groups: [{ start: 0, padded: 8 }] },
      { firstGroup: 1, firstRow: 8, rows: 4, groups: [{ start: 0, padded: 4 }] },
    ]);
  });

  it('has nothing to take apart where a strategy replays within its one group', () => {
    const { layout: whole } = planBatch(er, options);
    expect(rowParts(whole, true)).toEqual(rowParts(whole, false));
  });
});

describe('rowLayout', () => {
  const draw = (rows: number, normGroup: number): Draw => ({
    from: 'buffer',
    rows,
    normGroup,
    terms: {},
  });

  it('pads each group, not each draw, to a multiple of 4', () => {
    expect(rowLayout([draw(6, 0), draw(5, 0), draw(4, 1), draw(1, 2)])).toEqual({
      groups: [
        { start: 0, padded: 12 },
        { start: 12, padded: 4 },
        { start: 16, padded: 4 },
      ],
      rows: 20,
    });
  });

  it('is 32, 64 and 3 × 32 rows for mammoth’s batches', () => {
    const mammoth = { ...options, batch: 32, replayBatch: 32 };
    const groups = (strategy: Strategy) =>
      planBatch(strategy, mammoth).layout.groups.map((group) => group.padded);
    expect(groups(finetune)).toEqual([32]);
    expect(groups(er)).toEqual([64]);
    expect(groups(derpp)).toEqual([32, 32, 32]);
  });

  it('refuses groups out of order and draws of nothing', () => {
    expect(() => rowLayout([draw(4, 1)])).toThrow('normGroup 1');
    expect(() => rowLayout([draw(4, 0), draw(4, 1), draw(4, 0)])).toThrow('normGroup 0');
    expect(() => rowLayout([draw(4, 0), draw(4, 2)])).toThrow('normGroup 2');
    expect(() => rowLayout([draw(0, 0)])).toThrow('not 0');
  });
});

describe.each(recorded.replay)('recorded mammoth run with a buffer of $capacity', (run) => {
  it('replays, labels and stores as recorded, row for row', () => {
    const reservoir = new Reservoir(
      run.capacity,
      new RecordedRandom(run.askedOffers),
      new RecordedRandom(run.askedDraws),
    );
    const stream = createStream({
      classes: run.tasks * run.classesPerTask,
      classesPerTask: run.classesPerTask,
      tasks: run.tasks,
      classOrder: 'label',
      seed: 0,
      imagesPerClass: run.perClass,
    });
    const plan = planBatch(derpp, { ...options, batch: run.batch, replayBatch: run.replayBatch });
    const { rows, layout } = plan;
    const held: unknown[] = Array.from({ length: run.capacity }, () => null);
    let step = 0;
    for (const { index: task, targets } of stream.training) {
      const outputs = { first: task * run.classesPerTask, count: run.classesPerTask };
      for (let epoch = 0; epoch < run.epochs; epoch++) {
        const order = Uint32Array.from(run.epochOrders[task * run.epochs + epoch]!);
        for (const images of batches(order, { batch: run.batch, dropLast: false })) {
          fillStep(plan, { images, targets, task, outputs }, reservoir);
          const record = run.steps[step++]!;
          expect(Array.from(rows.index.subarray(0, images.length))).toEqual(Array.from(images));
          record.draws.forEach((slots, d) => {
            const { start } = layout.groups[d + 1]!;
            expect(rows.live[d + 1]).toBe(slots.length);
            expect(Array.from(rows.index.subarray(start, start + slots.length))).toEqual(slots);
            expect(Array.from(rows.label.subarray(start, start + slots.length))).toEqual(
              record.drawnLabels[d],
            );
          });
          // What a parallel copy does: every row at once, so in any order.
          for (let row = layout.rows - 1; row >= 0; row--) {
            const slot = rows.storeSlot[row]!;
            if (slot < 0) continue;
            held[slot] = { task, image: rows.index[row], label: rows.label[row] };
          }
        }
      }
    }
    expect(step).toBe(run.steps.length);
    expect(held).toEqual(run.final);
  });
});

describe('fillStep', () => {
  it('puts replay right behind a ragged current batch of the same group', () => {
    const plan = planBatch(er, options);
    fillStep(plan, { images: [7, 0, 4], targets, task: 1, outputs }, holding(20));
    expect(sources(plan.rows)).toBe('111222220000');
    expect(Array.from(plan.rows.live)).toEqual([8]);
    expect(Array.from(plan.rows.label.subarray(0, 3))).toEqual([1, 0, 1]);
    fillStep(plan, { images: [0, 1, 2, 3, 4, 5], targets, task: 1, outputs }, holding(20));
    expect(sources(plan.rows)).toBe('111111222220');
    expect(Array.from(plan.rows.live)).toEqual([11]);
  });

  it('starts every group at its place, live rows first', () => {
    const plan = planBatch(derpp, options);
    fillStep(plan, { images: [7, 0, 4], targets, task: 1, outputs }, holding(2));
    expect(sources(plan.rows)).toBe('111000002200000022000000');
    expect(Array.from(plan.rows.live)).toEqual([3, 2, 2]);
  });

  it('replays from the second step on, when the first has filled the buffer', () => {
    const plan = planBatch(derpp, options);
    const reservoir = holding(0);
    fillStep(plan, { images: [0, 1, 2, 3], targets, task: 0, outputs }, reservoir);
    expect(Array.from(plan.rows.live)).toEqual([4, 0, 0]);
    expect(Array.from(plan.rows.storeSlot.subarray(0, 5))).toEqual([0, 1, 2, 3, -1]);
    fillStep(plan, { images: [4, 5], targets, task: 0, outputs }, reservoir);
    expect(Array.from(plan.rows.live)).toEqual([2, 4, 4]);
    expect(Array.from(plan.rows.storeSlot.subarray(0, 3))).toEqual([4, 5, -1]);
    expect(reservoir.offered).toBe(6);
  });

  it('holds the rows of the MSE draw, and no others, to the logits of their slot', () => {
    const plan = planBatch(derpp, options);
    const { rows } = plan;
    fillStep(plan, { images: [7, 0, 4], targets, task: 1, outputs }, holding(20));
    expect(Array.from(rows.logitSlot.subarray(8, 13))).toEqual(
      Array.from(rows.index.subarray(8, 13)),
    );
    expect(Array.from(rows.logitSlot).filter((slot) => slot >= 0)).toHaveLength(5);
  });

  it('leaves nothing of the last step in padded rows', () => {
    const plan = planBatch(derpp, { ...options, maskedHead: true });
    const { rows } = plan;
    fillStep(plan, { images: [0, 1, 2, 3, 4, 5], targets, task: 1, outputs }, holding(20));
    expect(rows.classSet[5]).toBe(CLASS_SET.task);
    fillStep(plan, { images: [1], targets, task: 1, outputs }, holding(0));
    for (let row = 1; row < plan.layout.rows; row++) {
      expect(ROW_FIELDS.map((field) => rows[field][row])).toEqual([
        ROW_SOURCE.none,
        0, // index
        0, // label
        0, // crossEntropy
        0, // mse
        0, // kl
        1, // temperature
        CLASS_SET.all,
        -1, // logitSlot
        -1, // storeSlot
        0, // binary
        0, // distance
        CLASS_SET.all, // held
      ]);
    }
  });

  it('shares a KL term out like any other', () => {
    const distilling: Strategy = {
      ...derpp,
      draws: (o) => [
        { from: 'stream', rows: o.batch, normGroup: 0, terms: { crossEntropy: 1 } },
        {
          from: 'buffer',
          rows: o.replayBatch,
          normGroup: 1,
          terms: { kl: { weight: 3, temperature: 2 } },
        },
      ],
    };
    const plan = planBatch(distilling, options);
    fillStep(plan, { images: [1], targets, task: 0, outputs }, holding(4));
    expect(Array.from(plan.rows.kl.subarray(8))).toEqual([0.75, 0.75, 0.75, 0.75, 0, 0, 0, 0]);
    expect(Array.from(plan.rows.temperature.subarray(8))).toEqual([2, 2, 2, 2, 1, 1, 1, 1]);
    expect(Math.min(...plan.rows.logitSlot.subarray(8, 12))).toBe(0);
  });

  it('packs its planes in the declared order, for one upload', () => {
    const plan = planBatch(derpp, options);
    const { rows, layout } = plan;
    fillStep(plan, { images: [7, 0, 4], targets, task: 1, outputs }, holding(20));
    ROW_FIELDS.forEach((field, f) => {
      const Plane = rows[field].constructor as Float32ArrayConstructor;
      expect(new Plane(rows.bytes, 4 * f * layout.rows, layout.rows)).toEqual(rows[field]);
    });
    const behind = [...new Uint32Array(rows.bytes, 4 * ROW_FIELDS.length * layout.rows)];
    expect(behind.slice(0, BATCH_SET_WORDS)).toEqual([...rows.batchSet]);
    expect(behind.slice(BATCH_SET_WORDS)).toEqual([...rows.live]);
  });

  it('refuses a batch that was not planned', () => {
    const plan = planBatch(er, options);
    const filling = (images: number[], reservoir: Reservoir | null) => () => {
      fillStep(plan, { images, targets, task: 0, outputs }, reservoir);
    };
    expect(filling([], holding(5))).toThrow('not 0');
    expect(filling([0, 1, 2, 3, 4, 5, 6], holding(5))).toThrow('not 7');
    expect(filling([8], holding(5))).toThrow('no image 8');
    expect(filling([0], null)).toThrow('none was given');
  });
});

describe('planBatch', () => {
  it('refuses a strategy at odds with itself', () => {
    const odd = (change: Partial<Strategy>) => () => planBatch({ ...er, ...change }, options);
    const [current, replay] = er.draws(options) as [Draw, Draw];
    expect(odd({ buffer: 'none' })).toThrow('does not keep');
    expect(odd({ draws: () => [current, { ...replay, terms: { mse: 1 } }] })).toThrow('not stored');
    expect(odd({ draws: () => [{ ...current, terms: { mse: 1 } }] })).toThrow('not stored');
    expect(odd({ draws: () => [current, current] })).toThrow('exactly one');
    expect(odd({ draws: () => [replay] })).toThrow('exactly one');
  });
});

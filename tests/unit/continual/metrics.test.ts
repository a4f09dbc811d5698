import { describe, expect, it } from 'vitest';
import { continualMetrics, forgetting } from '../../../src/continual/evaluation/metrics.ts';
import type { Metrics } from '../../../src/lab/report/report.ts';
import { recorded } from './recorded.ts';

function expectClose(actual: number | null, expected: number | null): void {
  if (expected === null || actual === null) expect(actual).toBe(expected);
  else expect(Math.abs(actual - expected)).toBeLessThan(1e-12);
}

describe.each(recorded.metrics.map((record) => ({ tasks: record.untrained.length, record })))(
  'recorded mammoth metrics of $tasks tasks',
  ({ record }) => {
    it('equals every measure', () => {
      // A report's metrics are these, field for field.
      const metrics: Metrics = continualMetrics(record.matrix, record.untrained);
      expect(Object.keys(metrics)).toHaveLength(5);
      expectClose(metrics.finalAccuracy, record.finalAccuracy);
      expectClose(metrics.anytimeAccuracy, record.anytimeAccuracy);
      expectClose(metrics.forgetting, record.forgetting);
      expectClose(metrics.backwardTransfer, record.backwardTransfer);
      expectClose(metrics.forwardTransfer, record.forwardTransfer);
    });

    it('pads rows that end one task later as mammoth does', () => {
      expectClose(forgetting(record.rowsWithNext), record.forgettingWithNext);
    });
  },
);

describe('continualMetrics', () => {
  it('is what one works out by hand', () => {
    const matrix = [
      [0.9, 0.1, 0],
      [0.5, 0.8, 0.2],
      [0.3, 0.6, 0.7],
    ];
    const metrics = continualMetrics(matrix, [0.1, 0.05, 0.1]);
    expectClose(metrics.finalAccuracy, 1.6 / 3);
    expectClose(metrics.anytimeAccuracy, (0.9 + 0.65 + 1.6 / 3) / 3);
    expectClose(metrics.forgetting, (0.6 + 0.2) / 2);
    expectClose(metrics.backwardTransfer, (-0.6 - 0.2) / 2);
    expectClose(metrics.forwardTransfer, (0.05 + 0.1) / 2);
  });

  it('counts a task that got better as not forgotten', () => {
    const metrics = continualMetrics(
      [
        [0.5, 0],
        [0.7, 0.9],
      ],
      [0, 0],
    );
    expectClose(metrics.forgetting, 0);
    expectClose(metrics.backwardTransfer, 0.2);
  });

  it('has accuracies alone to tell of joint training', () => {
    expect(continualMetrics([[0.5, 0.75, 1]], [0, 0, 0])).toEqual({
      finalAccuracy: 0.75,
      anytimeAccuracy: 0.75,
      forgetting: null,
      backwardTransfer: null,
      forwardTransfer: null,
    });
  });

  it('refuses a matrix of another shape', () => {
    expect(() => continualMetrics([], [])).toThrow(RangeError);
    expect(() => continualMetrics([[0.5, 0.5]], [0])).toThrow('rows of [2]');
    expect(() => continualMetrics([[1], [1, 1]], [0, 0])).toThrow('rows of [1, 2]');
    expect(() =>
      continualMetrics(
        [
          [1, 1, 1],
          [1, 1, 1],
        ],
        [0, 0, 0],
      ),
    ).toThrow(RangeError);
  });
});

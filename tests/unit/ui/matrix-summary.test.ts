/** Accuracy, forgetting, transfer and chance, worked out by hand on a stream of three tasks. */
import { expect, it } from 'vitest';
import { chanceLevel, summarise } from '../../../src/ui/view/matrix-summary.ts';

/** What is guessed of a task before it is met (.85 of task 2) is nothing to forget. */
const R = [
  [0.9, 0.85, 0],
  [0.5, 0.8, 0],
  [0.6, 0.3, 0.9],
];

it('says nothing before there is anything, and no loss before there is a second task', () => {
  expect(summarise([], false)).toEqual({
    accuracy: null,
    average: null,
    forgetting: null,
    backwardTransfer: null,
  });
  expect(summarise(R.slice(0, 1), false)).toEqual({
    accuracy: 0.9,
    average: 0.9,
    forgetting: null,
    backwardTransfer: null,
  });
});

it('measures the stream so far as if it ended there', () => {
  const two = summarise(R.slice(0, 2), false);
  expect(two.accuracy).toBeCloseTo(0.65, 12);
  expect(two.average).toBeCloseTo((0.9 + 0.65) / 2, 12);
  expect(two.forgetting).toBeCloseTo(0.4, 12);
  expect(two.backwardTransfer).toBeCloseTo(-0.4, 12);
  const three = summarise(R, false);
  expect(three.accuracy).toBeCloseTo(0.6, 12);
  expect(three.average).toBeCloseTo((0.9 + 0.65 + 0.6) / 3, 12);
  expect(three.forgetting).toBeCloseTo((0.3 + 0.5) / 2, 12);
  expect(three.backwardTransfer).toBeCloseTo((-0.3 - 0.5) / 2, 12);
});

it('tells transfer from forgetting where a task got better before it got worse', () => {
  const { forgetting, backwardTransfer } = summarise(
    [
      [0.5, 0, 0],
      [0.9, 0.7, 0],
      [0.6, 0.7, 0.8],
    ],
    false,
  );
  expect(forgetting).toBeCloseTo((0.3 + 0) / 2, 12);
  expect(backwardTransfer).toBeCloseTo((0.1 + 0) / 2, 12);
});

it('takes joint training to have seen every task', () => {
  const { accuracy, average, forgetting, backwardTransfer } = summarise([[0.9, 0.3, 0.6]], true);
  expect(accuracy).toBeCloseTo(0.6, 12);
  expect(average).toBeCloseTo(0.6, 12);
  expect(forgetting).toBeNull();
  expect(backwardTransfer).toBeNull();
});

it('knows what guessing gives', () => {
  const tasks = [{ classes: ['a', 'b'] }, { classes: ['c', 'd', 'e', 'f'] }];
  expect(chanceLevel(tasks, 'classIncremental')).toBeCloseTo(1 / 6, 12);
  expect(chanceLevel(tasks, 'taskIncremental')).toBeCloseTo((1 / 2 + 1 / 4) / 2, 12);
  expect(chanceLevel([], 'taskIncremental')).toBeNull();
});

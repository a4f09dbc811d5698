import { expect, test } from 'vitest';
import { timeInRounds } from '../../../src/bench/rounds.ts';

/** A clock that moves only as contenders say. */
function clock() {
  let now = 0;
  return { now: () => now, pass: (ms: number) => (now += ms) };
}

test('takes contenders in turn, each for its own number of rounds', async () => {
  const { now, pass } = clock();
  const order: string[] = [];
  const contender = (name: string, ms: number, rounds: number) => ({
    name,
    rounds,
    step: () => {
      order.push(name);
      pass(ms);
      return Promise.resolve();
    },
  });
  const seen: number[] = [];
  const timed = await timeInRounds(
    [contender('a', 10, 3), contender('b', 70, 2)],
    (round, of) => seen.push(10 * of + round),
    now,
  );
  expect(order.join('')).toBe('ababa');
  expect(seen).toEqual([30, 31, 32]);
  expect(timed.get('a')).toEqual({ times: [10, 10, 10] });
  expect(timed.get('b')).toEqual({ times: [70, 70, null] });
});

test('leaves a contender out once it has failed, and goes on with the others', async () => {
  const { now, pass } = clock();
  let left = 1;
  const timed = await timeInRounds(
    [
      {
        name: 'frail',
        rounds: 3,
        step: () => {
          pass(5);
          return left-- > 0 ? Promise.resolve() : Promise.reject(new Error('device lost'));
        },
      },
      { name: 'sound', rounds: 3, step: () => Promise.resolve(pass(1)) },
    ],
    undefined,
    now,
  );
  expect(timed.get('frail')).toEqual({ times: [5, null, null], failure: 'device lost' });
  expect(timed.get('sound')).toEqual({ times: [1, 1, 1] });
});

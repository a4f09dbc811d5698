/** The bitmap of the classes that a batch competes among, against a plain list of them. */
import { expect, it } from 'vitest';
import { BATCH_SET_WORDS, writeBatchSet } from '../../../src/continual/stream/class-sets.ts';

const members = (words: Uint32Array) =>
  Array.from({ length: 32 * BATCH_SET_WORDS }, (_, k) => k).filter(
    (k) => ((words[Math.floor(k / 32)]! >>> (k % 32)) & 1) === 1,
  );
const from = (first: number) =>
  Array.from({ length: 32 * BATCH_SET_WORDS - first }, (_, i) => first + i);

it.each([
  ['the first task leaves none out', { first: 0, count: 2 }, [1], from(0)],
  ['the batch’s and later ones', { first: 2, count: 2 }, [3, 3], [3, ...from(4)]],
  ['replayed classes of old', { first: 30, count: 4 }, [1, 33, 31], [1, 31, 33, ...from(34)]],
  ['a task that ends with a word', { first: 60, count: 4 }, [63], [63, ...from(64)]],
  ['the last task', { first: 250, count: 6 }, [255, 250], [250, 255]],
])('%s', (_, outputs, labels, expected) => {
  const words = new Uint32Array(BATCH_SET_WORDS).fill(0xaaaaaaaa);
  writeBatchSet(words, outputs, labels);
  expect(members(words)).toEqual(expected);
});

it('refuses a class that it has no room for', () => {
  const words = new Uint32Array(BATCH_SET_WORDS);
  expect(() => {
    writeBatchSet(words, { first: 0, count: 300 }, [256]);
  }).toThrow('class 256');
});

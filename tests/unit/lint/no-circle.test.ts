/** Circles of imports are seen, those of types too, and what is imported when it is needed makes none. */
import { afterAll, expect, test } from 'vitest';
import { houseOf } from './house.ts';

const house = houseOf(
  {
    'src/a.ts': `import type { B } from './b.ts';\nexport type A = B;\n`,
    'src/b.ts': `import { c } from './deep/c.ts';\nexport type B = typeof c;\n`,
    'src/deep/c.ts': `export * from '../a.ts';\nexport const c = 1;\n`,
    'src/late.ts': `import './user.ts';\nexport const late = 1;\n`,
    'src/user.ts': `export const load = () => import('./late.ts');\n`,
    'src/plain.ts': `import type { A } from './a.ts';\nexport type Plain = A;\n`,
  },
  { 'house/no-circle': ['error', 'src'] },
);
afterAll(() => {
  house.remove();
});

test('a circle by way of a type, a value and a re-export is told in each of its files', () => {
  expect(house.messages('src/a.ts')).toEqual([
    '1: This closes a circle of imports: a.ts → b.ts → deep/c.ts → a.ts.',
  ]);
  expect(house.messages('src/b.ts')).toHaveLength(1);
  expect(house.messages('src/deep/c.ts')).toHaveLength(1);
});

test('a module that only leads to a circle is left alone', () => {
  expect(house.messages('src/plain.ts')).toEqual([]);
});

test('what is imported when it is needed closes no circle', () => {
  expect(house.messages('src/late.ts')).toEqual([]);
  expect(house.messages('src/user.ts')).toEqual([]);
});

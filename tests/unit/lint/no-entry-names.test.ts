/** Names of registered entries are found outside their homes, and ordinary words are left alone. */
import { afterAll, expect, test } from 'vitest';
import { houseOf } from './house.ts';

const REGISTRIES = [
  {
    file: 'src/strategies/registry.ts',
    constant: 'STRATEGIES',
    field: 'strategy',
    entries: '^src/strategies/([^/]+)\\.ts$',
  },
  {
    file: 'src/layouts/registry.ts',
    constant: 'LAYOUTS',
    field: 'layout',
    entries: '^src/layouts/([^/]+)/.+\\.ts$',
  },
];

const CODE = `
import { ewc } from '../strategies/ewc.ts';
import { STRATEGIES } from '../strategies/registry.ts';
import { tile } from '../layouts/shared/tile.ts';
import { grid } from '../layouts/block/grid.ts';
export const uses = [ewc, STRATEGIES.ewc, STRATEGIES['er-ace'], tile, grid];
export const asked = (config: { layout: string; strategy: { name: string } }) =>
  config.layout === 'block' || config.strategy.name !== 'er-ace';
export const given = { layout: 'dense', ewc: 1 };
export function chosen(layout: string): number {
  switch (layout) {
    case 'dense':
      return 1;
    default:
      return 0;
  }
}
`;

const house = houseOf(
  {
    'src/strategies/registry.ts': `
import { ewc } from './ewc.ts';
export const STRATEGIES = { ewc, 'er-ace': ewc } as const satisfies Record<string, object>;
`,
    'src/strategies/ewc.ts': `export const ewc = { name: 'ewc', like: 'er-ace' };\n`,
    'src/layouts/registry.ts': `export const LAYOUTS = { dense: 0, block: 1 };\n`,
    'src/layouts/block/grid.ts': `export const grid = { layout: 'block' };\n`,
    'src/layouts/shared/tile.ts': `export const tile = 8;\n`,
    'src/lab/user.ts': CODE,
    'src/lab/words.ts': `
export const kind = 'block';
export const style = (bar: 'ours' | 'dense') => bar === 'dense';
export const css = { class: 'dense' };
`,
  },
  { 'house/no-entry-names': ['error', REGISTRIES] },
);
afterAll(() => {
  house.remove();
});

test('imports, look-ups, comparisons, cases and values are told', () => {
  const lines = house.messages('src/lab/user.ts').map((message) => Number.parseInt(message, 10));
  expect(lines).toEqual([2, 5, 6, 6, 8, 8, 9, 12]);
});

test('the message says whose name it is', () => {
  expect(house.messages('src/lab/user.ts')).toContain(
    '9: “dense” is an entry of src/layouts/registry.ts: ask the entry for what matters here.',
  );
});

test('an ordinary word that is no name of an entry is left alone', () => {
  expect(house.messages('src/lab/words.ts')).toEqual([]);
});

test('entries may name themselves and one another', () => {
  for (const file of ['src/strategies/ewc.ts', 'src/strategies/registry.ts']) {
    expect(house.messages(file)).toEqual([]);
  }
  expect(house.messages('src/layouts/block/grid.ts')).toEqual([]);
});

/**
 * How much of a suite runs. `smoke` is a handful of cases for slow adapters, `default` a pairwise choice
 * that proves a change, `long` everything. Node reads it from the environment; a browser project gets
 * it baked in by the Vitest configuration. Both arrive in `import.meta.env`.
 */

export type Scope = 'smoke' | 'default' | 'long';

const asked = import.meta.env['PALIMPSEST_SCOPE'] as string | undefined;

if (asked !== undefined && asked !== 'smoke' && asked !== 'default' && asked !== 'long') {
  throw new Error(`PALIMPSEST_SCOPE is ${asked}; it may be smoke, default or long`);
}

export const scope: Scope = asked ?? 'default';

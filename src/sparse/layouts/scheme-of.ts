/** The scheme of a layout of a name that a config gives. */
import { LAYOUTS } from './registry.ts';
import type { LayoutScheme } from './scheme.ts';

/** Throws `RangeError` on a name that is not registered. */
export function schemeOf(layout: string): LayoutScheme {
  const scheme = (LAYOUTS as Readonly<Record<string, LayoutScheme>>)[layout];
  if (!scheme) throw new RangeError(`there is no layout ${layout}`);
  return scheme;
}

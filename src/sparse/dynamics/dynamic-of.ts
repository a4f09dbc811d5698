/** The dynamic of a name that a config gives. */
import type { Dynamic } from './dynamic.ts';
import { DYNAMICS } from './registry.ts';

/** Throws `RangeError` on a name that is not registered. */
export function dynamicOf(name: string): Dynamic {
  const dynamic = (DYNAMICS as Readonly<Record<string, Dynamic>>)[name];
  if (!dynamic) throw new RangeError(`there is no dynamic ${name}`);
  return dynamic;
}

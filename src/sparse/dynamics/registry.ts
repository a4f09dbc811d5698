/** Every way of training sparsely by the name a config gives it. Adding one is a file beside this and a line here. */
import type { Dynamic } from './dynamic.ts';
import { staticMask } from './static.ts';

export const DYNAMICS = { static: staticMask } as const satisfies Readonly<Record<string, Dynamic>>;

export type DynamicName = keyof typeof DYNAMICS;

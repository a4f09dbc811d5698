/** Every way of training sparsely by the name a config gives it. Adding one is a file beside this and a line here. */
import type { Dynamic } from './dynamic.ts';
import { em } from './em.ts';
import { ems } from './ems.ts';
import { gmp } from './gmp.ts';
import { rigl } from './rigl.ts';
import { set } from './set.ts';
import { snip } from './snip.ts';
import { sparclRelease } from './sparcl-release.ts';
import { sparcl } from './sparcl.ts';
import { staticMask } from './static.ts';

export const DYNAMICS = {
  static: staticMask,
  snip,
  set,
  rigl,
  gmp,
  em,
  ems,
  sparcl,
  'sparcl-release': sparclRelease,
} as const satisfies Readonly<Record<string, Dynamic>>;

export type DynamicName = keyof typeof DYNAMICS;

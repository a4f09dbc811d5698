/**
 * Every layout of weights by the name a config gives it. Adding one is a folder beside this and a line here. Only schemes
 * are listed, so that code that knows layouts by name, as the page does, loads no kernels.
 */
import { block } from './block/scheme.ts';
import { channel } from './channel/scheme.ts';
import { dense } from './dense/scheme.ts';
import { pattern } from './pattern/scheme.ts';
import type { LayoutScheme } from './scheme.ts';
import { unstructured } from './unstructured/scheme.ts';

export const LAYOUTS = {
  dense,
  block,
  channel,
  pattern,
  unstructured,
} as const satisfies Readonly<Record<string, LayoutScheme>>;

export type LayoutName = keyof typeof LAYOUTS;

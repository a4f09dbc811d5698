/** Every layout as it is once it has been loaded, so that no test has to wait for one. */
import { LAYOUTS, type LayoutName } from '../../src/sparse/layouts/registry.ts';
import type { LayoutFactory } from '../../src/sparse/layouts/network-layout.ts';

const loaded = await Promise.all(
  Object.entries(LAYOUTS).map(async ([name, scheme]) => [name, await scheme.load()] as const),
);

export const NETWORK_LAYOUTS = Object.fromEntries(loaded) as Readonly<
  Record<LayoutName, LayoutFactory>
>;

/** A network with single weights in the layers that a mask covers. */
import { coveredLayers } from '../covered-layers.ts';
import { sharesOf, weightsLayout, type LayoutFactory } from '../network-layout.ts';
import type { WeightMask } from '../scheme.ts';
import { unstructuredLayout } from './layout.ts';
import { unstructuredUnits } from './units.ts';

export const unstructuredNetwork =
  (mask: Pick<WeightMask, 'covers'>): LayoutFactory =>
  (options) =>
    weightsLayout(
      coveredLayers(mask, (name) => unstructuredLayout(sharesOf(options, name))),
      unstructuredUnits,
    );

/** A network with patterns in the layers that a mask covers. */
import { coveredLayers } from '../covered-layers.ts';
import { sharesOf, weightsLayout, type LayoutFactory } from '../network-layout.ts';
import type { WeightMask } from '../scheme.ts';
import { patternLayout } from './layout.ts';
import { patternUnits } from './units.ts';

export const patternNetwork =
  (mask: Pick<WeightMask, 'covers'>): LayoutFactory =>
  (options) =>
    weightsLayout(
      coveredLayers(mask, (name) => patternLayout(sharesOf(options, name))),
      (name, shape, weight) => patternUnits(name, shape, weight, sharesOf(options, name)),
    );

/** A network with blocks in the layers that a mask covers. */
import { coveredLayers } from '../covered-layers.ts';
import { sharesOf, weightsLayout, type LayoutFactory } from '../network-layout.ts';
import type { WeightMask } from '../scheme.ts';
import { blockShapeOf } from './block-grid.ts';
import { blockLayout } from './layout.ts';
import { blockUnits } from './units.ts';

export const blockNetwork =
  (mask: Pick<WeightMask, 'covers'>): LayoutFactory =>
  (options) => {
    const of = (layer: string) => ({ ...blockShapeOf(options.block), ...sharesOf(options, layer) });
    return weightsLayout(
      coveredLayers(mask, (name) => blockLayout(of(name))),
      (name, shape, weight) => blockUnits(name, shape, weight, of(name)),
    );
  };

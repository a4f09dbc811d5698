/** A network with blocks in the layers that the scheme covers. */
import { coveredLayers } from '../covered-layers.ts';
import { sharesOf, weightsLayout, type LayoutFactory } from '../network-layout.ts';
import { blockShapeOf } from './block-grid.ts';
import { blockLayout } from './layout.ts';
import { block } from './scheme.ts';
import { blockUnits } from './units.ts';

export const blockNetwork: LayoutFactory = (options) => {
  const of = (layer: string) => ({ ...blockShapeOf(options.block), ...sharesOf(options, layer) });
  return weightsLayout(
    coveredLayers(block, (name) => blockLayout(of(name))),
    (name, shape, weight) => blockUnits(name, shape, weight, of(name)),
  );
};

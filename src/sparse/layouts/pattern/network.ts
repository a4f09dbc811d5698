/** A network with patterns in the layers that the scheme covers. */
import { coveredLayers } from '../covered-layers.ts';
import { sharesOf, weightsLayout, type LayoutFactory } from '../network-layout.ts';
import { patternLayout } from './layout.ts';
import { pattern } from './scheme.ts';
import { patternUnits } from './units.ts';

export const patternNetwork: LayoutFactory = (options) =>
  weightsLayout(
    coveredLayers(pattern, (name) => patternLayout(sharesOf(options, name))),
    (name, shape, weight) => patternUnits(name, shape, weight, sharesOf(options, name)),
  );

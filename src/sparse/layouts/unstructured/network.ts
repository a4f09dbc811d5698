/** A network with single weights under a mask in the layers that the scheme covers. */
import { coveredLayers } from '../covered-layers.ts';
import { sharesOf, weightsLayout, type LayoutFactory } from '../network-layout.ts';
import { unstructuredLayout } from './layout.ts';
import { unstructured } from './scheme.ts';
import { unstructuredUnits } from './units.ts';

export const unstructuredNetwork: LayoutFactory = (options) =>
  weightsLayout(
    coveredLayers(unstructured, (name) => unstructuredLayout(sharesOf(options, name))),
    unstructuredUnits,
  );

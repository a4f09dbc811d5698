/**
 * How large weights and gradients are, unit by unit, for a person to see while a network trains: read as they are
 * between two steps, and averaged on this side.
 */
import type { Gpu } from '../../../gpu/device.ts';
import { readRanges, type ReadRange } from '../../../gpu/readback.ts';
import type { Parameter } from '../../../nn/tensor/parameter.ts';
import type { ParameterStore } from '../../../nn/tensor/parameter-store.ts';
import type { MaskOwner } from '../../../sparse/mask/mask-owner.ts';
import type { MaskUnits } from '../../../sparse/mask/mask-units.ts';
import type { UnitMagnitudes } from '../../protocol.ts';

/** Weights, dead ones too, that are read in all; a layer that would exceed this is left out. */
export const MOST_WEIGHTS = 2_000_000;
/** Units that are told of in all: a recording keeps a hundred snapshots of them. */
export const MOST_UNITS = 131_072;

/** The layers that are read, in order, as far as both limits go. */
export function watchedLayers(
  units: readonly MaskUnits[],
  { weights: mostWeights, units: mostUnits } = { weights: MOST_WEIGHTS, units: MOST_UNITS },
): MaskUnits[] {
  let [weights, count] = [0, 0];
  return units.filter((layer) => {
    const own = layer.weights.reduce((sum, { shape }) => sum + product(shape), 0);
    if (weights + own > mostWeights || count + layer.count > mostUnits) return false;
    weights += own;
    count += layer.count;
    return true;
  });
}

/**
 * Mean magnitudes of the units of `layers` after all steps queued so far; later ones are not waited for. `ms` is what
 * averaging took of this thread's time.
 */
export async function unitMagnitudes(
  gpu: Gpu,
  store: ParameterStore,
  mask: MaskOwner,
  layers: readonly MaskUnits[],
): Promise<{ readonly magnitudes: UnitMagnitudes[]; readonly ms: number }> {
  const weights = [...new Set(layers.flatMap((layer) => layer.weights))];
  // A change of the mask makes new lists, so these stay those of the values that are being read.
  const lists = new Map(
    layers
      .flatMap(({ parameters, weights: own }) => [...parameters, ...own])
      .filter((parameter) => parameter.lists)
      .map(({ name }) => [name, mask.listsOf(name)]),
  );
  const rangesIn = (buffer: GPUBuffer): ReadRange[] =>
    weights.map(({ name, storage }) => ({
      buffer,
      offset: store.at(name) * 4,
      bytes: storage * 4,
    }));
  const ranges = [...rangesIn(store.parameters), ...rangesIn(store.gradients)];
  const data = new Float32Array(await readRanges(gpu, ranges));
  const start = performance.now();
  const gradientsFrom = data.length / 2;
  const at = new Map<string, number>();
  let floats = 0;
  for (const { name, storage } of weights) {
    at.set(name, floats);
    floats += storage;
  }
  const listsOf = (name: string): Uint32Array => lists.get(name)!;
  const magnitudes =
    (from: number, of: readonly Parameter[]) =>
    (name: string): Float32Array => {
      const weight = of.find((each) => each.name === name)!;
      const first = from + at.get(name)!;
      const stored = data.subarray(first, first + weight.storage);
      return weight.unpack(stored, lists.get(name)).map(Math.abs);
    };
  const means = layers.map((layer) => ({
    name: layer.name,
    weight: layer.scores(magnitudes(0, layer.weights), listsOf),
    gradient: layer.scores(magnitudes(gradientsFrom, layer.weights), listsOf),
  }));
  return { magnitudes: means, ms: performance.now() - start };
}

const product = (extents: readonly number[]): number =>
  extents.reduce((all, each) => all * each, 1);

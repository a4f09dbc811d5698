/**
 * Units of a mask as the papers have them: entries of weights [out, in, 3, 3] in PyTorch's order, with their scores,
 * numbers and densities, by arithmetic that knows nothing of slots and lists.
 */
import { PATTERNS, tapsOf } from '../../src/sparse/layouts/pattern/kernel-patterns.ts';
import { plainErk } from '../reference/plain/mask-dynamics.ts';
import { BLOCK, COVERED, INNER, type Case, type SparseName } from './masked-network.ts';

/** A unit as a test sees it: entries of matrices. */
export type Entries = ReadonlyMap<string, readonly number[]>;

/** The plain units of a layer: entries of unit u of weight [out, in, 9]. */
export function entriesOf(layout: SparseName, layer: string): Entries[] {
  const [outs, ins] = COVERED[layer]!;
  const units: Map<string, number[]>[] = [];
  const put = (unit: number, weight: string, entry: number) => {
    const of = (units[unit] ??= new Map<string, number[]>());
    of.set(`${weight}.weight`, [...(of.get(`${weight}.weight`) ?? []), entry]);
  };
  for (let o = 0; o < outs; o++) {
    for (let i = 0; i < ins; i++) {
      for (let tap = 0; tap < 9; tap++) {
        const entry = (o * ins + i) * 9 + tap;
        if (layout === 'unstructured') put(entry, layer, entry);
        if (layout === 'pattern') put(o * ins + i, layer, entry);
        if (layout === 'channel') put(o, layer, entry);
        if (layout === 'block') {
          const across = Math.ceil(ins / BLOCK.columns);
          const line = Math.floor(o / BLOCK.rows) * 9 + tap;
          put(line * across + Math.floor(i / BLOCK.columns), layer, entry);
        }
      }
    }
  }
  const reader = layout === 'channel' ? INNER[layer] : undefined;
  if (reader !== undefined) {
    const [readerOuts, inner] = COVERED[reader]!;
    for (let entry = 0; entry < readerOuts * inner * 9; entry++) {
      put(Math.floor(entry / 9) % inner, reader, entry);
    }
  }
  return units;
}

/** Live units at a density of the layer. */
export function countAt(layout: SparseName, units: number, density: number): number {
  const share = layout === 'pattern' ? (density * 9) / 4 : density;
  return Math.min(units, Math.max(1, Math.round(share * units)));
}

/** The taps of the pattern that keeps most of nine squares. */
export function bestTaps(values: readonly number[]): number[] {
  const kept = PATTERNS.map((pattern) =>
    tapsOf(pattern).reduce((sum, tap) => sum + values[tap]! ** 2, 0),
  );
  return tapsOf(PATTERNS[kept.indexOf(Math.max(...kept))]!);
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean magnitude of each unit's entries, those that exist, or all of them and the best pattern's. */
export function scoresOf(
  layout: SparseName,
  units: readonly Entries[],
  magnitude: (weight: string, entry: number) => number,
  exists: ((weight: string, entry: number) => boolean) | null,
): number[] {
  return units.map((unit) => {
    const entries = [...unit].flatMap(([weight, of]) =>
      of.map((entry) => [weight, entry] as const),
    );
    const live = exists ? entries.filter(([weight, entry]) => exists(weight, entry)) : [];
    if (live.length > 0) return Math.fround(mean(live.map(([w, e]) => magnitude(w, e))));
    const values = entries.map(([w, e]) => magnitude(w, e));
    const taps = layout === 'pattern' ? bestTaps(values).map((tap) => values[tap]!) : values;
    return Math.fround(mean(taps));
  });
}

/** Layers that have units of their own. */
export const layersOf = (layout: SparseName) => Object.keys(layout === 'channel' ? INNER : COVERED);

/** Kernels of a pattern are chosen within their filter. */
export const filterOf = (layout: SparseName, layer: string) =>
  layout === 'pattern' ? { filterOf: (unit: number) => Math.floor(unit / COVERED[layer]![1]) } : {};

/** The density of a layer at that of the network, by the test's own arithmetic. */
export function layerDensity({ layout, budget }: Case, layer: string, density: number): number {
  const most = layout === 'pattern' ? 4 / 9 : 1;
  if (budget !== 'erk') return Math.min(most, density);
  const names = Object.keys(COVERED);
  const shapes = names.map((name) => [...COVERED[name]!, 3] as const);
  return plainErk(shapes, Math.min(density, most), most)[names.indexOf(layer)]!;
}

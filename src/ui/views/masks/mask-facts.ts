/** Facts about a recording and its replayed mask, for the words and figures around the pictures. */
import type { UnitMagnitudes } from '../../../lab/protocol.ts';
import { latest, type Recording } from '../../../lab/recording/recording.ts';
import { LAYOUTS, type LayoutName } from '../../../sparse/layouts/registry.ts';
import type { LayoutScheme } from '../../../sparse/layouts/scheme.ts';
import type { TaskShare } from './lab-mask-legend.ts';
import type { LayerState } from './mask-replay.ts';
import { layerName } from './mask-words.ts';

/** Layers that stand together, under a name or none. */
export interface Group {
  readonly name: string | null;
  readonly layers: readonly number[];
}

/** Neighbours of the same stage stand together, in the order of the network. */
export function groupsOf(layers: readonly LayerState[]): readonly Group[] {
  const groups: { name: string | null; layers: number[] }[] = [];
  for (const [i, { mask }] of layers.entries()) {
    const { group } = layerName(mask.name);
    const last = groups.at(-1);
    if (last?.name === group) last.layers.push(i);
    else groups.push({ name: group, layers: [i] });
  }
  return groups;
}

/** How layers are named where stages name their lines. */
export function namesOf(groups: readonly Group[]): string {
  return groups.some(({ name }) => name !== null)
    ? 'Under a picture stand its block, its convolution there, and the share that lives.'
    : '';
}

export function sharesOf(
  recording: Recording,
  layers: readonly LayerState[],
): readonly TaskShare[] {
  const tasks = Math.max(1, ...layers.map(({ living }) => living.length));
  return Array.from({ length: tasks }, (_, task) => ({
    task,
    classes: recording.plan?.tasks[task]?.classes ?? [],
    live: sum(layers.map(({ living }) => living[task] ?? 0)),
  }));
}

export function magnitudesAt(
  recording: Recording,
  name: string,
  at: number,
): { readonly at: number; readonly layer: UnitMagnitudes } | null {
  const snapshot = latest(recording.units, at);
  const layer = snapshot?.layers.find((each) => each.name === name);
  return snapshot && layer ? { at: snapshot.at, layer } : null;
}

/** How pictures of these layers of a network are read. */
export function howToRead(layers: readonly LayerState[], layout: LayoutName): string {
  const { mark, weights, hint = '' }: LayoutScheme = LAYOUTS[layout];
  const { taps, extent } = layers[0]!.mask.grid;
  if (weights === null) return mark(extent);
  const where = 'Each row is what a layer gives out, each column what it takes in';
  const nine = taps === 9 ? '; the nine cells of a group are the places of a 3 × 3 kernel' : '';
  return `${mark(extent)} ${where}${nine}.${hint && ` ${hint}`}`;
}

export function count(
  values: Int16Array,
  holds: (value: number, index: number) => boolean,
): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) if (holds(values[i]!, i)) found++;
  return found;
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

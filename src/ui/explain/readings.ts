/** What a recording says of one moment, as far as explanations ask: plain numbers, null where nothing is known. */
import type { Config } from '../../lab/config/config.ts';
import {
  countAt,
  latest,
  type LedgerEntry,
  type Recording,
} from '../../lab/recording/recording.ts';
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import { trainedImages } from '../../continual/strategies/strategy.ts';
import { liveAt } from '../../sparse/budget.ts';
import { isBelow } from '../../sparse/dynamics/schedule.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import { matrixAt, taskAt } from '../view/moment.ts';

/** The units of a layer under the mask: those that live, and all. */
export interface LayerUnits {
  readonly name: string;
  readonly live: number;
  readonly units: number;
}

/** Every layer under the mask when `at` steps were done. */
export function layersAt({ masks, changes }: Recording, at: number): readonly LayerUnits[] {
  const last = changes[countAt(changes, at) - 1]?.change;
  return masks.map(({ name, units, live }) => ({
    name,
    units,
    live: last?.layers.find((layer) => layer.name === name)?.after ?? live.length,
  }));
}

export const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

/** What the mask's last change moved, in all layers together; null before the first. */
export function lastChange(
  { changes }: Recording,
  at: number,
): { readonly dropped: number; readonly grown: number; readonly at: number } | null {
  const change = latest(changes, at);
  if (!change) return null;
  const { layers } = change.change;
  return {
    dropped: sumOf(layers, ({ dropped }) => dropped.length),
    grown: sumOf(layers, ({ grown }) => grown.length),
    at: change.at,
  };
}

/** The present task (0, 1, …) and the share of its steps that is done; null before there is a plan. */
export function placeAt(
  recording: Recording,
  at: number,
): { readonly task: number; readonly share: number } | null {
  const ends = recording.plan?.taskEnds;
  if (!ends) return null;
  const task = taskAt(recording, at);
  const from = ends[task - 1] ?? 0;
  const end = ends[task] ?? from;
  return { task, share: end > from ? Math.min(1, (at - from) / (end - from)) : 0 };
}

/** Mean magnitudes over the live units of all layers, at the last look before `at`; null before the first. */
export function magnitudesAt(
  { units }: Recording,
  at: number,
): { readonly weight: number; readonly gradient: number } | null {
  const seen = latest(units, at);
  if (!seen) return null;
  let [count, weight, gradient] = [0, 0, 0];
  for (const layer of seen.layers) {
    for (let unit = 0; unit < layer.weight.length; unit++) {
      if (layer.weight[unit]! <= 0) continue;
      count++;
      weight += layer.weight[unit]!;
      gradient += layer.gradient[unit]!;
    }
  }
  return count === 0 ? null : { weight: weight / count, gradient: gradient / count };
}

/** What a replay buffer holds, at the last look before `at`; null before the first. */
export function bufferAt(
  { buffers }: Recording,
  at: number,
): {
  readonly filled: number;
  readonly capacity: number;
  readonly byTask: readonly number[];
} | null {
  const content = latest(buffers, at);
  if (!content) return null;
  const byTask: number[] = [];
  for (const task of content.tasks) {
    while (byTask.length <= task) byTask.push(0);
    byTask[task]!++;
  }
  return { filled: content.tasks.length, capacity: content.capacity, byTask };
}

/** The removals of the present task so far. */
export function removalsAt(
  recording: Recording,
  at: number,
): {
  /** How many windows had ended when the last removal happened. */
  readonly windows: number;
  readonly removed: number;
  readonly kept: number | null;
  readonly score: string | null;
  /** Windows of a task in all. */
  readonly all: number;
} {
  const { removalEnd, removalInterval, maskInterval, epochs } = recording.config;
  // As `continual/data-sparsity/data-removal.ts` cuts a task; several windows may end before one epoch.
  const interval = Math.min(removalInterval > 0 ? removalInterval : maskInterval, removalEnd);
  const all = interval > 0 ? Math.max(1, Math.floor(removalEnd / interval + 1e-9)) : 1;
  const task = placeAt(recording, at)?.task ?? 0;
  const known = recording.removals
    .slice(0, countAt(recording.removals, at))
    .flatMap(({ removal }) => (removal.task === task ? [removal] : []));
  return {
    windows: Math.min(all, Math.floor((known.at(-1)?.epoch ?? 0) / (interval * epochs) + 1e-9)),
    removed: sumOf(known, ({ removed }) => removed.length),
    kept: known.at(-1)?.kept ?? null,
    score: known.at(-1)?.score ?? null,
    all,
  };
}

/** Loss of the last step that was done; null before the first and where it was not recorded. */
export function lossAt({ loss }: Recording, at: number): number | null {
  const last = loss[at - 1];
  return last === undefined || !Number.isFinite(last) ? null : last;
}

export const ledgerAt = ({ ledger }: Recording, at: number): LedgerEntry | null =>
  latest(ledger, at);

/** Classes that the stream has; tasks may share them. */
export function classesOf({ plan }: Recording): number | null {
  return plan ? new Set(plan.tasks.flatMap(({ heads }) => heads)).size : null;
}

/** What comes and goes in a layout, in the plural. */
export const unitsOf = ({ layout }: Config): string => LAYOUTS[layout].units;

/** Tasks that had been trained on and tested. */
export const finished = (recording: Recording, at: number): number =>
  matrixAt(recording, at, 'classIncremental').rows.length;

/** Classes of the tasks up to the present one; null before there is a plan. */
export function classesSeen(recording: Recording, at: number): number | null {
  const { plan } = recording;
  const place = placeAt(recording, at);
  if (!plan || !place) return null;
  return new Set(plan.tasks.slice(0, place.task + 1).flatMap(({ heads }) => heads)).size;
}

/** Live share of the units of the sparsest layer under the mask and of the densest. */
export function densityRange(
  recording: Recording,
  at: number,
): readonly [least: number | null, most: number | null] {
  const shares = layersAt(recording, at).map(({ live, units }) => live / units);
  return shares.length === 0 ? [null, null] : [Math.min(...shares), Math.max(...shares)];
}

/** Share of all weights that MEST would mutate at this point of a task (`sparse/dynamics/mutation.ts`). */
export function mutates(recording: Recording, at: number): number | null {
  const place = placeAt(recording, at);
  if (!place) return null;
  const { maskChange, maskEnd } = recording.config;
  if (!isBelow(place.share, maskEnd)) return 0;
  return isBelow(place.share, 0.75 * maskEnd) ? maskChange : maskChange / 2;
}

/**
 * Live units whose gradients are kept, and all live ones: of each layer max(1, round((1 − q) · units)) at most, dead
 * ones counted in (`sparse/select/gradient-slots.ts`). A pattern's kernel has four of nine weights, so there are 9/4 as many
 * of it to a layer's weights.
 */
export function keptGradients(
  recording: Recording,
  at: number,
): { readonly kept: number; readonly live: number } | null {
  const { gradientSparsity, layout } = recording.config;
  const layers = layersAt(recording, at);
  if (layers.length === 0) return null;
  const most = LAYOUTS[layout].weights?.most ?? 1;
  const kept = ({ live, units }: LayerUnits): number =>
    Math.min(live, liveAt(gradientSparsity, units / most));
  return { kept: sumOf(layers, kept), live: sumOf(layers, ({ live }) => live) };
}

/** Steps that the averaged weights are over; those of the present task where a strategy restarts with each. */
export function averagedSteps({ config, plan }: Recording, at: number): number {
  const any = { index: 0, images: 1, met: 0, pastClasses: 0, classes: 1, classImages: [1] };
  const { restarts } = trainedImages(STRATEGIES[config.strategy], any, config);
  const ends = plan?.taskEnds ?? [];
  return restarts ? at - (ends.findLast((end) => end < at) ?? 0) : at;
}

/** Degrees by which the present task's images are turned in a stream of turned images. */
export function angleAt(recording: Recording, at: number): number | null {
  const place = placeAt(recording, at);
  return place && (180 * place.task) / recording.config.tasks;
}

/** Current rows over all rows of a full step. */
export function currentShare(config: Config): number {
  const draws = STRATEGIES[config.strategy].draws(config);
  const current = draws.filter(({ from }) => from === 'stream');
  return sumOf(current, ({ rows }) => rows) / sumOf(draws, ({ rows }) => rows);
}

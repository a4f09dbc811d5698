/** The sentence above the wall: how many units live, and since when. */
import { html, nothing } from 'lit';
import type { Recording } from '../../../lab/recording/recording.ts';
import { formatCount, formatPercent } from '../../style/format.ts';
import { count, sum } from './mask-facts.ts';
import { formerTask, type LayerState } from './mask-replay.ts';
import { unitWord } from './mask-words.ts';

/** A compact wall leaves the traces out. */
export function wallSummary(
  { plan }: Recording,
  layers: readonly LayerState[],
  compact: boolean,
): unknown {
  const units = sum(layers.map(({ mask }) => mask.units));
  const live = sum(layers.map((layer) => layer.live));
  // In a stream of one task, all are of the first.
  const single = (plan?.tasks.length ?? 1) < 2;
  const since = single ? 'since before training' : 'since the first task';
  const first = single
    ? sum(layers.map(({ born, changedAt }) => count(born, (b, i) => b >= 0 && changedAt[i]! < 0)))
    : sum(layers.map(({ living }) => living[0] ?? 0));
  const traces = sum(layers.map(({ born }) => count(born, (b) => formerTask(b) !== null)));
  const word = unitWord(layers[0]!.mask.grid, units);
  const written =
    live === first
      ? `all of them ${since}.`
      : html`<b>${formatPercent(first / live)}</b> of these ${since}.`;
  return html`<p class="summary">
    <b>${formatCount(live)}</b> of ${formatCount(units)} ${word} live
    (${formatPercent(live / units)}), ${written}
    ${
      traces > 0 && !compact
        ? html`${formatCount(traces)} more lived once and left a trace.`
        : nothing
    }
  </p>`;
}

/** What is told of the unit that somebody asks about. */
import type { Recording } from '../../../lab/recording/recording.ts';
import type { UnitReading } from './lab-mask-tip.ts';
import type { UnitAsked } from './mask-events.ts';
import { magnitudesAt } from './mask-facts.ts';
import { TASK_INKS } from './mask-palette.ts';
import { formerTask, type LayerState } from './mask-replay.ts';
import { ageOf, layerName, magnitudesOf, whereIs, type MeasuredUnit } from './mask-words.ts';

/** As it is when `at` steps are done; null where nothing is asked about, or where its layer is not there. */
export function unitReading(
  recording: Recording,
  layers: readonly LayerState[],
  asked: UnitAsked | null,
  at: number,
): UnitReading | null {
  const layer = layers.find(({ mask }) => mask.name === asked?.layer);
  if (!asked || !layer) return null;
  const { unit, anchor, aloud } = asked;
  const found = magnitudesAt(recording, layer.mask.name, at);
  const measured: MeasuredUnit | null = found && {
    at: found.at,
    weight: found.layer.weight[unit] ?? Number.NaN,
    gradient: found.layer.gradient[unit] ?? Number.NaN,
  };
  const born = layer.born[unit]!;
  const ink = born >= 0 ? born : formerTask(born);
  return {
    title: layerName(layer.mask.name).full,
    where: whereIs(layer.mask.grid, unit),
    age: ageOf(layer, unit, at),
    ink: ink === null ? null : (ink % TASK_INKS) + 1,
    magnitudes: magnitudesOf(layer, unit, measured),
    anchor,
    aloud,
  };
}

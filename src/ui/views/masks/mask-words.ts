/** What the mask wall says in words: names of layers, and what there is to know of one unit. */
import type { UnitGrid } from '../../../lab/protocol.ts';
import { formatCount } from '../../style/format.ts';
import { formerTask, type LayerState } from './mask-replay.ts';
import { placeOf } from './mask-picture.ts';

export interface LayerName {
  /** "Stage 1"; null where a network has none. */
  readonly group: string | null;
  /** Within its group: "block 2, conv 1", "conv 3". */
  readonly short: string;
  /** "Stage 1, block 2, convolution 1". */
  readonly full: string;
}

/** Modules are named as in PyTorch: `layer1.0.conv1`, `conv2`, `fc1`. Any other name is left as it is. */
export function layerName(name: string): LayerName {
  const block = /^layer(\d+)\.(\d+)\.conv(\d+)$/.exec(name);
  if (block) {
    const [, stage, index, convolution] = block;
    const number = Number(index) + 1;
    return {
      group: `Stage ${stage!}`,
      short: `${number}.${convolution!}`,
      full: `Stage ${stage!}, block ${number}, convolution ${convolution!}`,
    };
  }
  const plain = /^(conv|fc)(\d+)$/.exec(name);
  if (!plain) return { group: null, short: name, full: name };
  const [, kind, number] = plain;
  return {
    group: null,
    short: `${kind === 'fc' ? 'layer' : 'conv'} ${number!}`,
    full: `${kind === 'fc' ? 'Fully connected layer' : 'Convolution'} ${number!}`,
  };
}

/** "block", "blocks"; a filter's, a kernel's and a weight's likewise. */
export function unitWord({ kind }: Pick<UnitGrid, 'kind'>, count: number): string {
  return count === 1 ? kind : `${kind}s`;
}

const THIRDS = ['top', 'middle', 'bottom'] as const;
const SIDES = ['left', 'middle', 'right'] as const;

/** "top left" of a 3 × 3 kernel; "tap 4 of 25" of any other; null where there is one tap alone. */
export function tapName(tap: number, taps: number): string | null {
  if (taps === 1) return null;
  if (taps !== 9) return `tap ${tap + 1} of ${taps}`;
  const [row, column] = [THIRDS[Math.floor(tap / 3)]!, SIDES[tap % 3]!];
  if (row === 'middle') return column === 'middle' ? 'centre' : column;
  return column === 'middle' ? row : `${row} ${column}`;
}

/** "Block, top left tap, outputs 1–4, inputs 9–12", counted from 1. */
export function whereIs(grid: UnitGrid, unit: number): string {
  const { kind, taps, rows, columns, extent } = grid;
  const { tap, row, column } = placeOf(grid, unit);
  if (kind === 'filter') return `Filter ${row + 1} of ${rows}`;
  const named = tapName(tap, taps);
  return [
    kind.charAt(0).toUpperCase() + kind.slice(1),
    ...(named === null ? [] : [taps === 9 ? `${named} tap` : named]),
    channels('output', row, rows, extent[0]),
    channels('input', column, columns, extent[1]),
  ].join(', ');
}

/** The last range may be ragged, so that it says where it begins alone. */
function channels(word: string, index: number, count: number, extent: number): string {
  const first = index * extent + 1;
  if (extent === 1) return `${word} ${first}`;
  return index === count - 1 && index > 0
    ? `${word}s from ${first} on`
    : `${word}s ${first}–${first + extent - 1}`;
}

/** "born in task 2, 140 steps ago"; tasks and steps are counted from 1 and from the moment that is shown. */
export function ageOf({ born, changedAt, churn }: LayerState, unit: number, at: number): string {
  const task = born[unit]!;
  const ago = `${steps(at - changedAt[unit]!)} ago`;
  const times = churn[unit]!;
  const often = times > 1 ? `; has changed ${formatCount(times)} times` : '';
  if (task >= 0) {
    return changedAt[unit]! < 0
      ? 'lives since before training'
      : `born in task ${task + 1}, ${ago}${often}`;
  }
  const former = formerTask(task);
  return former === null
    ? 'dead: has never lived'
    : `dead: dropped ${ago}, was born in task ${former + 1}${often}`;
}

function steps(count: number): string {
  return count === 1 ? '1 step' : `${formatCount(Math.max(0, count))} steps`;
}

/** Two digits that tell: "0.013", "3.1 × 10⁻⁷", "0". */
export function formatMagnitude(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? '0' : '–';
  const [digits = '', power = '0'] = value.toExponential(1).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 4) return String(Number(value.toPrecision(2)));
  const raised = String(exponent).replace(/./g, (c) =>
    c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(c)),
  );
  return `${digits} × 10${raised}`;
}

/** Magnitudes of one unit as a snapshot has them; `at`: when it was taken. */
export interface MeasuredUnit {
  readonly at: number;
  readonly weight: number;
  readonly gradient: number;
}

/** "|w| 0.013, |g| 0.0002", with a word where there is nothing to be said; null where nothing was measured. */
export function magnitudesOf(
  { born, changedAt }: LayerState,
  unit: number,
  measured: MeasuredUnit | null,
): string | null {
  if (born[unit]! < 0 || measured === null) return null;
  if (changedAt[unit]! > measured.at) return 'too young to have been measured';
  const gradient = measured.gradient > 0 ? formatMagnitude(measured.gradient) : 'none computed';
  return `|w| ${formatMagnitude(measured.weight)}, |g| ${gradient}`;
}

/** Symbols that several explanations share, with their values as a page writes them. */
import type { Recording } from '../../lab/recording/recording.ts';
import { formatCompact, formatCount } from '../style/format.ts';
import type { LiveSymbol } from './explanation.ts';
import {
  bufferAt,
  keptGradients,
  lastChange,
  layersAt,
  lossAt,
  magnitudesAt,
  placeAt,
  sumOf,
  unitsOf,
} from './readings.ts';

/** Three significant digits, thousands with commas; "–" for what is not known. */
export function value(x: number | null | undefined): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return '–';
  if (Math.abs(x) >= 1000) return formatCount(x);
  return String(Number(x.toPrecision(3)));
}

/** A share as per cent, without digits that say nothing: 0.1 → "10 %", 0.0125 → "1.25 %". */
export const share = (x: number | null | undefined): string =>
  x === null || x === undefined ? '–' : `${value(100 * x)} %`;

/** Two digits behind the point, as accuracies between 0 and 1 are written; up to four where they say something. */
export const decimals = (x: number | null | undefined): string =>
  x === null || x === undefined ? '–' : x.toFixed(Math.max(2, digitsOf(x)));

/** 2170000 → "2.17M". */
export const compact = (x: number | null | undefined): string =>
  x === null || x === undefined ? '–' : formatCompact(x);

/** Digits behind the point that a number has, up to four. */
const digitsOf = (x: number): number => (String(Number(x.toFixed(4))).split('.')[1] ?? '').length;

type Reading = (recording: Recording, at: number) => LiveSymbol;

export const loss =
  (means = 'loss of the last step'): Reading =>
  (recording, at) => ({ sign: 'L', means, value: value(lossAt(recording, at)) });

export const currentBatch: Reading = ({ config }) => ({
  sign: 'B',
  means: 'current images in a step, at most',
  value: value(config.batch),
});

export const replayDraw: Reading = ({ config }) => ({
  sign: 'B_M',
  means: 'images drawn from the replay buffer M, at most',
  value: value(config.replayBatch),
});

export const bufferFill: Reading = (recording, at) => {
  const buffer = bufferAt(recording, at);
  return {
    sign: '|M|',
    means: 'images in the replay buffer, of its places',
    value: `${buffer ? value(buffer.filled) : '–'} of ${value(recording.config.bufferSize)}`,
  };
};

export const present: Reading = (recording, at) => {
  const place = placeAt(recording, at);
  const tasks = recording.plan?.taskEnds.length;
  return {
    sign: 't',
    means: 'task that is trained on',
    value: place && tasks !== undefined ? `${place.task + 1} of ${tasks}` : '–',
  };
};

/** A number of the config. */
export const setting = (sign: string, means: string, x: number): LiveSymbol => ({
  sign,
  means,
  value: value(x),
});

/** Live units k of all N that the mask covers. */
export const liveUnits: Reading = (recording, at) => {
  const layers = layersAt(recording, at);
  const known = layers.length > 0;
  return {
    sign: 'k',
    means: `live ${unitsOf(recording.config)}, of all under the mask`,
    value: known
      ? `${value(sumOf(layers, ({ live }) => live))} of ${value(sumOf(layers, ({ units }) => units))}`
      : '–',
  };
};

export const allUnits: Reading = (recording, at) => {
  const layers = layersAt(recording, at);
  return {
    sign: 'N',
    means: `${unitsOf(recording.config)} under the mask, live or dead`,
    value: layers.length > 0 ? value(sumOf(layers, ({ units }) => units)) : '–',
  };
};

export const sparsity: Reading = ({ config }) => ({
  sign: 's',
  means: 'sparsity that is asked for',
  value: share(config.sparsity),
});

/** What the mask's last change dropped and grew. */
export const moved: Reading = (recording, at) => {
  const change = lastChange(recording, at);
  return {
    sign: '±',
    means: `${unitsOf(recording.config)} dropped and grown at the last change`,
    value: change
      ? `−${value(change.dropped)}, +${value(change.grown)} at step ${value(change.at)}`
      : '– (none yet)',
  };
};

/** m, δ and the end of changes, for dynamics that keep to this schedule. */
export const schedule = ({ config }: Recording): readonly LiveSymbol[] => [
  { sign: 'm', means: 'moved by a change, of all weights', value: share(config.maskChange) },
  { sign: 'δ', means: 'time between changes, of a task', value: share(config.maskInterval) },
  { sign: 'T', means: 'the mask rests from here on, of a task', value: share(config.maskEnd) },
];

/** Share of the present task that is done. */
export const time: Reading = (recording, at) => ({
  sign: 't',
  means: 'share of the task that is done',
  value: share(placeAt(recording, at)?.share),
});

export const meanWeight: Reading = (recording, at) => ({
  sign: '|w|',
  means: `mean over live ${unitsOf(recording.config)}`,
  value: value(magnitudesAt(recording, at)?.weight),
});

export const meanGradient: Reading = (recording, at) => ({
  sign: '|g|',
  means: `last step's gradient, mean over live ${unitsOf(recording.config)}`,
  value: value(magnitudesAt(recording, at)?.gradient),
});

/** Gradients that are kept, of those of live units. */
export function kept(recording: Recording, at: number): string {
  const known = keptGradients(recording, at);
  return known ? `${value(known.kept)} of ${value(known.live)}` : '–';
}

/**
 * The curves of compared runs, over one of three measures of how far a run is: its steps, its share of the whole run
 * (runs of unlike length lie over each other), or the work that it has executed (what a sparse run saves shows).
 */
import { trainsJointly } from '../../lab/config/joint.ts';
import { recordedSteps, type Recording } from '../../lab/recording/recording.ts';
import { RunningMean, sample } from '../style/chart/curve.ts';
import { summarise } from '../view/matrix-summary.ts';
import { matrixAt, type Scenario } from '../view/moment.ts';
import { flopsUntil } from './run-summary.ts';

export type Along = 'steps' | 'share' | 'flops';

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** Where a run stands after `step` steps, by `along`; null where that was not recorded. */
export function placeAt(recording: Recording, along: Along, step: number): number | null {
  switch (along) {
    case 'steps':
      return step;
    case 'share':
      return step / Math.max(1, recordedSteps(recording));
    case 'flops':
      return flopsUntil(recording, step);
  }
}

/** Whether all the runs can be laid along a measure. */
export function canGoAlong(recordings: readonly Recording[], along: Along): boolean {
  return recordings.every((recording) => placeAt(recording, along, 0) !== null);
}

/**
 * Training loss, smoothed anew in each task, in at most `columns` points. The window is a hundredth of the run, so
 * that long runs and short ones are equally smooth; what is not finite is left out.
 */
export function lossCurve(
  recording: Recording,
  along: Along,
  columns: number,
): readonly CurvePoint[] {
  const { loss, plan } = recording;
  const window = Math.min(200, Math.max(4, loss.length / 100));
  const mean = new RunningMean(window, plan?.taskEnds);
  mean.follow(loss);
  // What follows the last finite value has diverged, and has no mean.
  const values = mean.values.slice(0, mean.finite);
  return sample(values, columns, values.length).flatMap(({ step, value }) => {
    const x = placeAt(recording, along, step + 1);
    return x === null ? [] : [{ x, y: value }];
  });
}

/** Average accuracy over the tasks seen, a point each time that all were tested. */
export function accuracyCurve(
  recording: Recording,
  along: Along,
  scenario: Scenario,
): readonly CurvePoint[] {
  const { accuracy, config } = recording;
  return accuracy.flatMap(({ after, at }) => {
    if (after < 0) return [];
    const { rows } = matrixAt(recording, at, scenario);
    const y = summarise(rows, trainsJointly(config)).accuracy;
    const x = placeAt(recording, along, at);
    return x === null || y === null ? [] : [{ x, y }];
  });
}

/** The point of a curve that a moment is at: the last at or before `x`. */
export function pointAt(curve: readonly CurvePoint[], x: number): CurvePoint | null {
  return curve.findLast((point) => point.x <= x) ?? null;
}

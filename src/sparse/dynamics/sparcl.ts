/**
 * SparCL's task-aware dynamic masking (Wang et al., *SparCL: Sparse continual learning on the edge*, NeurIPS
 * 2022). Weights are dropped by continual weight importance, Eq. (1),
 *
 *   CWI(w) = |w| + α · |∂L̃(current task, masked head)/∂w| + β · |∂L(buffer)/∂w|,
 *
 * and grown at random, from 0. With m = `maskChange` (1 % of all weights), δ = `maskInterval` (5 epochs of 50):
 *
 * - inter-task, expand and shrink: a task but the first begins by growing m; the larger network trains for δ,
 *   and at δ the least important go;
 * - intra-task, shrink and expand: at δ, 2δ, … m go and m come;
 * - from `maskEnd` (epoch 45) on the mask rests.
 *
 * At δ of a later task 2m go and m come, as in the release: the inter-task shrink and the first intra-task
 * change in one.
 *
 * Where we differ: nothing of the paper's text, as far as known; the importance is the mean over a unit's
 * weights, and the paper's units are single weights. The release is `sparcl-release.ts`.
 */
import type { Dynamic, DynamicOptions, MaskChange } from './dynamic.ts';
import { restDensity, updateTimes } from './schedule.ts';

export const sparcl: Dynamic = {
  name: 'sparcl',
  title: 'SparCL, task-aware dynamic masking (Wang et al., 2022)',
  reads: ['maskInterval', 'maskChange', 'maskEnd'],
  initial: 'magnitude',
  drop: 'importance',
  growth: 'random',
  room: expandedDensity,
  start: restDensity,
  changes: (options, { index }) => taskAwareChanges(options, index > 0),
};

/** Density of rest and what a task begins by growing. */
export function expandedDensity(options: DynamicOptions): number {
  return Math.min(1, restDensity(options) + options.maskChange);
}

/** The changes of a task that begins with the expansion, or without. */
export function taskAwareChanges(options: DynamicOptions, expands: boolean): MaskChange[] {
  const rest = restDensity(options);
  const { maskChange, maskEnd } = options;
  const shrinkAndExpand = updateTimes(options, 1).map((at) => ({
    at,
    dropTo: rest - maskChange,
    growTo: rest,
  }));
  if (!expands || maskEnd === 0) return shrinkAndExpand;
  const expand = { at: 0, dropTo: null, growTo: expandedDensity(options) };
  // Where the mask rests before δ there is no change that would take the expansion back.
  const shrink = { at: maskEnd, dropTo: rest, growTo: null };
  return [expand, ...(shrinkAndExpand.length > 0 ? shrinkAndExpand : [shrink])];
}

/**
 * RigL (Evci et al., *Rigging the lottery: making all tickets winners*, ICML 2020): every ΔT the weights of
 * least magnitude go, and as many dead ones of largest |∂L/∂w| come, by the gradient of the dense weights on
 * one batch. How many falls with a half cosine to nothing at T_end:
 *
 *   moved(t) = maskChange / 2 · (1 + cos(π · t / T_end))
 *
 * Where we differ: RigL's α = .3 is a share of the *live* weights, `maskChange` one of all, so
 * α = maskChange / (1 − sparsity). T_end, 75 % of training there, is `maskEnd`; t begins anew with each task,
 * since each is a training of its own, and T_end of a whole stream would leave its last tasks a mask that
 * none of their data has shaped. What has just been dropped may come back, at 0, as everything else may.
 */
import type { Dynamic } from './dynamic.ts';
import { restDensity, updateTimes } from './schedule.ts';

export const rigl: Dynamic = {
  name: 'rigl',
  title: 'RigL (Evci et al., 2020)',
  reads: ['maskInterval', 'maskChange', 'maskEnd'],
  initial: 'random',
  drop: 'magnitude',
  growth: 'dense-gradient',
  room: restDensity,
  start: restDensity,
  changes: (options) => {
    const rest = restDensity(options);
    const { maskChange, maskEnd } = options;
    return updateTimes(options, 1).map((at) => ({
      at,
      dropTo: rest - (maskChange / 2) * (1 + Math.cos((Math.PI * at) / maskEnd)),
      growTo: rest,
    }));
  },
};

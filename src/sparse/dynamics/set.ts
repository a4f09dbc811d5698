/**
 * SET, sparse evolutionary training (Mocanu et al., *Scalable training of artificial neural networks with
 * adaptive sparse connectivity inspired by network science*, Nature Communications 9, 2018): again and again a
 * fixed share of the weights of least magnitude goes, and as many dead ones, drawn at random, come.
 *
 * Where we differ: SET drops the share ζ = .3 of the *live* weights; `maskChange` is a share of all weights,
 * so ζ = maskChange / (1 − sparsity). It drops the smallest positive and the largest negative weights, which
 * is |w| but for how many of each sign there are. It changes the mask after every epoch up to the last; here δ
 * and the end are a config's, and the schedule begins anew with each task.
 */
import type { Dynamic } from './dynamic.ts';
import { restDensity, updateTimes } from './schedule.ts';

export const set: Dynamic = {
  name: 'set',
  title: 'SET (Mocanu et al., 2018)',
  reads: ['maskInterval', 'maskChange', 'maskEnd'],
  initial: 'random',
  drop: 'magnitude',
  growth: 'random',
  room: restDensity,
  start: restDensity,
  changes: (options) => {
    const rest = restDensity(options);
    return updateTimes(options, 1).map((at) => ({
      at,
      dropTo: rest - options.maskChange,
      growTo: rest,
    }));
  },
};

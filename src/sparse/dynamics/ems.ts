/**
 * MEST with elastic mutation and a soft memory bound (EM&S; Yuan et al., NeurIPS 2021): weights grow *before*
 * others go. What is grown trains until the next change, and only then are the least important of all dropped,
 * old and new alike, back to the density of rest; at once the next ones grow. So no good weight is replaced
 * by an untrained one. More weights live than at rest by what mutates, and the room is larger by that much.
 *
 * Score, stages and differences are those of `em.ts`. The release's scripts grow by 5, 2.5, 0 % of all weights,
 * its README says 2, 1, 0 %: `maskChange` decides.
 */
import type { Dynamic } from './dynamic.ts';
import { mutations } from './mutation.ts';
import { restDensity } from './schedule.ts';

export const ems: Dynamic = {
  name: 'ems',
  title: 'MEST, elastic mutation with a soft memory bound (Yuan et al., 2021)',
  reads: ['maskInterval', 'maskChange', 'maskEnd'],
  initial: 'magnitude',
  drop: 'last-gradient',
  growth: 'random',
  room: (options) => Math.min(1, restDensity(options) + options.maskChange),
  start: restDensity,
  changes: (options) => {
    const rest = restDensity(options);
    const grown = mutations(options).map(({ at, moved }, i) => ({
      at,
      // Every task begins at rest.
      dropTo: i > 0 ? rest : null,
      growTo: rest + moved,
    }));
    return grown.length > 0 ? [...grown, { at: options.maskEnd, dropTo: rest, growTo: null }] : [];
  },
};

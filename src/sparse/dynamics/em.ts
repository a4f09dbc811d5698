/**
 * MEST with elastic mutation (Yuan et al., *MEST: Accurate and fast memory-economic sparse training framework
 * on the edge*, NeurIPS 2021): every δ the least important weights go, by
 *
 *   S(w) = |w| + λ · |∂L/∂w of the last training step|,
 *
 * and as many dead ones, drawn at random, come. Dropping comes first, so no more weights ever live than at rest.
 * How many move falls in stages (`mutation.ts`).
 *
 * Where we differ: the release has λ = 0 and has cleared the gradient by then anyway; λ is `importanceAlpha`
 * here, and 0 is the release. Its block and pattern schemes rank by L2 norms; here the score of a unit is the
 * mean over its weights, in every layout. Stages are those of a task, and begin anew with each.
 */
import type { Dynamic } from './dynamic.ts';
import { mutations } from './mutation.ts';
import { restDensity } from './schedule.ts';

export const em: Dynamic = {
  name: 'em',
  title: 'MEST, elastic mutation (Yuan et al., 2021)',
  reads: ['maskInterval', 'maskChange', 'maskEnd'],
  initial: 'magnitude',
  drop: 'last-gradient',
  growth: 'random',
  room: restDensity,
  start: restDensity,
  changes: (options) => {
    const rest = restDensity(options);
    return mutations(options).map(({ at, moved }) => ({ at, dropTo: rest - moved, growTo: rest }));
  },
};

/** Forgetting, as the accuracy matrix gives it (`continual/evaluation/metrics.ts`). */
import type { Explanation } from '../explanation.ts';
import { formatPercent } from '../../style/format.ts';
import { summarise } from '../../view/matrix-summary.ts';
import { matrixAt, type Scenario } from '../../view/moment.ts';
import { decimals, value } from '../symbols.ts';

export const forgetting: Explanation = {
  name: 'forgetting',
  views: ['forgetting'],
  applies: ({ strategy }) => strategy !== 'joint',
  title: 'Forgetting',
  body: 'After each [[task]] the network is tested on all tasks; R with indices i and j is the accuracy on task j after training on task i. [[forgetting|Forgetting]] asks of every task but the last one trained: how far is its accuracy now below the best that it has ever been since its own training? The mean of these drops is F. A task counts from its own training on, because what was guessed before is nothing that could be forgotten. F is never negative, and 0 means that all tasks are at their best. Indices begin at 0, as in the papers.',
  formula: ['F = frac{1}{n − 1} ∑_{j=0}^{n−2} (max_{i ≥ j} R_{i,j} − R_{n−1,j})'],
  symbols: (recording, at) => {
    const { rows } = matrixAt(recording, at, 'classIncremental');
    const last = rows.length - 1;
    const forgotten = (of: Scenario) =>
      summarise(matrixAt(recording, at, of).rows, false).forgetting;
    return [
      { sign: 'n', means: 'tasks finished', value: value(rows.length) },
      {
        sign: 'F',
        means: 'class-incremental',
        value: formatPercent(forgotten('classIncremental')),
      },
      { sign: 'F', means: 'task-incremental', value: formatPercent(forgotten('taskIncremental')) },
      {
        sign: last < 1 ? 'R_{n−1,0}' : `R_{${last},0}`,
        means: 'first task, now, class-incremental',
        value: decimals(rows[last]?.[0]),
      },
      {
        sign: 'R_{0,0}',
        means: 'first task, after its own training',
        value: decimals(rows[0]?.[0]),
      },
    ];
  },
  citations: [],
};

/** Backward transfer, as the accuracy matrix gives it (`continual/evaluation/metrics.ts`). */
import type { Explanation } from '../explanation.ts';
import { backwardTransfer as transferOf } from '../../../continual/evaluation/metrics.ts';
import { GEM } from '../citations.ts';
import { formatPercent } from '../../style/format.ts';
import { matrixAt, type Scenario } from '../../view/moment.ts';
import { decimals, value } from '../symbols.ts';

export const backwardTransfer: Explanation = {
  name: 'backward-transfer',
  views: ['forgetting'],
  applies: ({ strategy }) => strategy !== 'joint',
  title: 'Backward transfer, BWT',
  body: 'What has learning later [[task|tasks]] done to earlier ones? [[backward transfer|Backward transfer]] compares the accuracy on each task now with what it was right after its own training, and takes the mean. Below 0, later tasks have done harm; above 0, they have taught something that helps with the old. It differs from [[forgetting]] in the point of comparison: its own training here, its best moment there. So minus BWT is never more than forgetting, and the two are equal where every task was best right after its training. R is the accuracy matrix, with indices from 0.',
  formula: ['BWT = frac{1}{n − 1} ∑_{j=0}^{n−2} (R_{n−1,j} − R_{j,j})'],
  symbols: (recording, at) => {
    const { rows } = matrixAt(recording, at, 'classIncremental');
    const transfer = (of: Scenario) => {
      const matrix = matrixAt(recording, at, of).rows;
      return matrix.length < 2 ? null : transferOf(matrix);
    };
    return [
      {
        sign: 'n',
        means: 'tasks finished',
        value: value(rows.length),
      },
      {
        sign: 'BWT',
        means: 'class-incremental',
        value: formatPercent(transfer('classIncremental')),
      },
      { sign: 'BWT', means: 'task-incremental', value: formatPercent(transfer('taskIncremental')) },
      {
        sign: 'R_{n−1,0}',
        means: 'first task, now, class-incremental',
        value: decimals(rows.at(-1)?.[0]),
      },
      {
        sign: 'R_{0,0}',
        means: 'first task, after its own training',
        value: decimals(rows[0]?.[0]),
      },
    ];
  },
  citations: [GEM],
};

/** Class- and task-incremental accuracy (`continual/evaluation/evaluator.ts`). */
import type { Explanation } from '../explanation.ts';
import { formatPercent } from '../../style/format.ts';
import { chanceLevel, summarise } from '../../view/matrix-summary.ts';
import { matrixAt, type Scenario } from '../../view/moment.ts';

const SCENARIOS: readonly {
  readonly of: Scenario;
  readonly name: string;
  readonly sign: string;
}[] = [
  { of: 'classIncremental', name: 'class-incremental', sign: 'k ∈ "all"' },
  { of: 'taskIncremental', name: 'task-incremental', sign: 'k ∈ "task"' },
];

export const scenarios: Explanation = {
  name: 'scenarios',
  views: ['forgetting'],
  applies: () => true,
  title: 'Two ways to ask',
  body: 'After every [[task]] the network is tested on all of them, in two ways. [[class-incremental|Class-incremental]]: every output of the head is a possible answer, so the network must also tell which task a picture is from. [[task-incremental|Task-incremental]]: the task is told, and only its own classes may be named. The second is much easier, since most of what is lost is the ability to tell new classes from old ones. Read both beside [[chance]], which differs too: a guess among two classes is right half of the time. The answer is the largest [[logit]] among those allowed.',
  formula: ['hat{y} = argmax_{k " allowed"} z_k'],
  letters: [['z_k', 'logit of class k']],
  symbols: (recording, at) => {
    const tasks = recording.plan?.tasks ?? [];
    const joint = recording.config.strategy === 'joint';
    return SCENARIOS.flatMap(({ of, name, sign }) => [
      {
        sign,
        means: `${name}: accuracy on tasks so far`,
        value: formatPercent(summarise(matrixAt(recording, at, of).rows, joint).accuracy),
      },
      { sign, means: `${name}: chance`, value: formatPercent(chanceLevel(tasks, of)) },
    ]);
  },
  citations: [],
};

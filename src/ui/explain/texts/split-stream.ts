/** The stream: tasks of different classes (`continual/stream/stream.ts`, `continual/stream/domain-shift.ts`). */
import { taskAt } from '../../view/moment.ts';
import type { Explanation } from '../explanation.ts';
import { present, setting, value } from '../symbols.ts';

export const splitStream: Explanation = {
  name: 'split-stream',
  views: ['data'],
  applies: ({ stream, strategy }) => stream === 'split' && strategy !== 'joint',
  title: 'A stream of new classes',
  body: 'The classes of the set are dealt out to [[task|tasks]], a few to each, in the order of their labels or shuffled by the seed. The network meets one task after the other. It sees the images of a task for E [[epoch|epochs]], shuffled anew in each, and then they are gone, but for what a strategy keeps. There is one head with an output for every class of the set, from the start; which outputs belong to which task is told to the network only if the test is [[task-incremental]]. Training images may be cropped and mirrored at random.',
  formula: ['C_t = set{t c, …, t c + c − 1}'],
  symbols: (recording, at) => [
    present(recording, at),
    {
      sign: 'C_t',
      means: 'its classes',
      value: recording.plan?.tasks[taskAt(recording, at)]?.classes.join(', ') ?? '–',
    },
    setting('c', 'classes in a task', recording.config.classesPerTask),
    { sign: 'E', means: 'epochs a task', value: value(recording.config.epochs) },
    {
      sign: 'n',
      means: 'images of a class, at most',
      value: value(recording.config.imagesPerClass),
    },
  ],
  citations: [],
};

/** The stream: tasks of rearranged pixels (`continual/stream/stream.ts`, `continual/stream/domain-shift.ts`). */
import type { Explanation } from '../explanation.ts';
import { present, setting, value } from '../symbols.ts';

export const permutedStream: Explanation = {
  name: 'permuted-stream',
  views: ['data'],
  applies: ({ stream, strategy }) => stream === 'permuted' && strategy !== 'joint',
  title: 'A stream of rearranged pixels',
  body: 'Every [[task]] has the same classes; what differs is the order of the pixels. Each task has one fixed order, drawn by the seed, in which all of its images are rearranged, the same for all three colours, the first task too. A person would see noise, but what told the classes apart is still there, in other places. The outputs are shared, so there is nothing like a new class: what is tested is whether the network can hold several ways of reading at once. This is called domain-incremental learning.',
  formula: ['x^′_i = x_{π_t(i)}'],
  letters: [
    ['x', 'an image, pixel by pixel'],
    ['π_t', 'order of the pixels in task t'],
  ],
  symbols: (recording, at) => [
    present(recording, at),
    setting('T', 'tasks, each with an order of its own', recording.config.tasks),
    { sign: 'E', means: 'epochs a task', value: value(recording.config.epochs) },
    {
      sign: 'n',
      means: 'images of a class, at most',
      value: value(recording.config.imagesPerClass),
    },
  ],
  citations: [
    {
      authors: 'Kirkpatrick et al.',
      title: 'Overcoming catastrophic forgetting in neural networks',
      venue: 'PNAS',
      year: 2017,
    },
  ],
};

/** The stream: tasks of turned images (`continual/stream/stream.ts`, `continual/stream/domain-shift.ts`). */
import type { Explanation } from '../explanation.ts';
import { GEM } from '../citations.ts';
import { angleAt } from '../readings.ts';
import { present, setting, value } from '../symbols.ts';

export const rotatedStream: Explanation = {
  name: 'rotated-stream',
  views: ['data'],
  applies: ({ stream, strategy }) => stream === 'rotated' && strategy !== 'joint',
  title: 'A stream of turned images',
  body: "Every [[task]] has the same classes; what differs is the angle. The images of task t are turned about their middle, the first task's by nothing and each later one's by an equal step more, up to but not including half a turn. What comes in from outside the picture is black. The outputs are shared, so no class is ever new: what is tested is whether the network still reads pictures at the angles of before, once it has learnt another. Neighbouring tasks are alike, so some of what is learnt carries over.",
  formula: ['φ_t = frac{t}{T} · 180'],
  symbols: (recording, at) => [
    present(recording, at),
    setting('T', 'tasks', recording.config.tasks),
    {
      sign: 'φ_t',
      means: 'angle of the present task, in degrees',
      value: value(angleAt(recording, at)),
    },
    { sign: 'E', means: 'epochs a task', value: value(recording.config.epochs) },
    {
      sign: 'n',
      means: 'images of a class, at most',
      value: value(recording.config.imagesPerClass),
    },
  ],
  citations: [GEM],
};

/** What experience replay does (`continual/strategies/er.ts`). */
import type { Explanation } from '../explanation.ts';
import { bufferFill, currentBatch, loss, replayDraw } from '../symbols.ts';

export const er: Explanation = {
  name: 'er',
  views: ['loss', 'forgetting'],
  applies: ({ strategy }) => strategy === 'er',
  title: 'Experience replay, ER',
  body: 'Beside every [[batch]] of current images comes a second one, drawn at random from a small [[replay buffer]] of images that have gone by. Both are joined to one batch: they share the mean of the [[loss]] and the statistics of [[batch normalisation]]. So old classes keep asking for their place while new ones move in. The buffer is filled by [[reservoir sampling]], and replay begins as soon as anything is in it, which is the second [[step]]. Where images are cropped and flipped, replayed ones are too, anew each time.',
  formula: ['L = CE(B ∪ B_M)'],
  symbols: (recording, at) =>
    [loss(), currentBatch, replayDraw, bufferFill].map((read) => read(recording, at)),
  citations: [
    {
      authors: 'Chaudhry et al.',
      title: 'On Tiny Episodic Memories in Continual Learning',
      year: 2019,
    },
    {
      authors: 'Ratcliff',
      title: 'Connectionist Models of Recognition Memory',
      venue: 'Psychological Review 97(2)',
      year: 1990,
    },
  ],
};

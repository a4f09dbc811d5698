/** What dark experience replay++ does (`continual/strategies/derpp.ts`). */
import type { Explanation } from '../explanation.ts';
import { DER } from '../citations.ts';
import { bufferFill, currentBatch, loss, replayDraw, setting } from '../symbols.ts';

export const derpp: Explanation = {
  name: 'derpp',
  views: ['loss', 'forgetting'],
  applies: ({ strategy }) => strategy === 'derpp',
  title: 'Dark experience replay++, DER++',
  body: "Two batches come back from the [[replay buffer]] in every [[step]], drawn independently of each other. The first is held to the [[logit|logits]] that the network gave when the image was stored, as in DER. The second is held to its labels, since answers that were stored just after a change of [[task]] can be badly off. Each of the three batches is a forward pass with statistics of its own. The squared difference is a mean over images and over the K outputs, so the paper's α is this one divided by K.",
  formula: ['L = CE(B) + α · MSE(h, z) + β · CE(B^′_M)'],
  symbols: (recording, at) => [
    loss()(recording, at),
    currentBatch(recording, at),
    setting('α', 'weight of the stored answers', recording.config.alpha),
    { ...replayDraw(recording, at), sign: 'h', means: 'logits now, of so many images replayed' },
    { ...bufferFill(recording, at), sign: 'z', means: 'logits stored, of images in the buffer' },
    setting('β', 'weight of the replayed labels', recording.config.beta),
    { ...replayDraw(recording, at), sign: 'B^′_M', means: 'images of the second draw, at most' },
  ],
  citations: [DER],
};

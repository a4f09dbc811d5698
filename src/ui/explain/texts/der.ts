/** What dark experience replay does (`continual/strategies/der.ts`). */
import type { Explanation } from '../explanation.ts';
import { DER } from '../citations.ts';
import { bufferFill, currentBatch, loss, replayDraw, setting } from '../symbols.ts';

export const der: Explanation = {
  name: 'der',
  views: ['loss', 'forgetting'],
  applies: ({ strategy }) => strategy === 'der',
  title: 'Dark experience replay, DER',
  body: "The [[replay buffer]] keeps two things for each image: the image, and the [[logit|logits]] with which the network answered it at that moment. When the image comes back, the network is asked to answer as it did then. That says more than a label: it tells how sure it was, and which other classes seemed close. The current [[batch]] and the replayed one are forward passes of their own. The squared difference is a mean over images and over the K outputs, so the paper's α, which goes with a sum, is this α divided by K.",
  formula: ['L = CE(B) + α · MSE(h, z)'],
  symbols: (recording, at) => [
    loss()(recording, at),
    currentBatch(recording, at),
    setting('α', 'weight of the stored answers', recording.config.alpha),
    { ...replayDraw(recording, at), sign: 'h', means: 'logits now, of so many images replayed' },
    { ...bufferFill(recording, at), sign: 'z', means: 'logits stored, of images in the buffer' },
  ],
  citations: [DER],
};

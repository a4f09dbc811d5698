/** What experience replay does where the replayed batch is apart (`continual/strategies/er-separate.ts`). */
import type { Explanation } from '../explanation.ts';
import { SPARCL } from '../citations.ts';
import { bufferFill, currentBatch, loss, replayDraw } from '../symbols.ts';

export const erSeparate: Explanation = {
  name: 'er-separate',
  views: ['loss', 'forgetting'],
  applies: ({ strategy }) => strategy === 'er-separate',
  title: 'Experience replay, the replayed batch apart',
  body: 'As in experience replay, images from the [[replay buffer]] come back beside the current ones. Here the two batches stay apart: each has a forward pass of its own, statistics of its own in [[batch normalisation]], and a mean of its own in the [[loss]], so a small current [[batch]] does not make the old images count for more. During the first [[task]] nothing is replayed; the buffer only fills. This is the form of replay in SparCL-ER, where it runs under a sparse [[mask]] and a [[masked head]].',
  formula: ['L = CE(B) + CE(B_M)'],
  symbols: (recording, at) =>
    [loss(), currentBatch, replayDraw, bufferFill].map((read) => read(recording, at)),
  citations: [SPARCL],
};

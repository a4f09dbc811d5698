/**
 * Function distance regularisation: Benjamin, Rolnick and Kording, *Measuring and Regularizing Networks in
 * Function Space*, ICLR 2019. At the end of a task some of its images are kept, with the logits that the
 * network has for them then. Later the loss has a term for how far its outputs have moved from those.
 *
 *     L = CE(current batch) + α · mean ‖softmax(logits) − softmax(stored logits)‖₂ over a replayed batch
 *
 * After t tasks each has ⌊M / t⌋ of the buffer's M places; an older task gives up its last ones, and the new
 * one's images are chosen at random, as in mammoth. Differences: mammoth makes an update for the current
 * batch and another, without α, for the replayed one, here both are one update; and it stores the
 * logits of augmented images in training mode, here they are those of the images as they are in evaluation mode.
 */
import type { Exemplar } from './parts/exemplar-buffer.ts';
import { epochOrder } from '../stream/stream.ts';
import { alpha } from './fields.ts';
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT, READS_REPLAY, replayDraw } from './parts/draws.ts';

/** Stands for an epoch where images are shuffled after the last one; no run has as many. */
const AFTER_ALL_EPOCHS = 0xffff;

const fields = { alpha };

export const fdr: Strategy<typeof fields> = {
  name: 'fdr',
  title: 'Function distance regularisation, FDR (Benjamin et al., 2019)',
  buffer: 'images+logits',
  storing: 'task-end',
  stream: 'tasks',
  fields,
  reads: [...READS_CURRENT, ...READS_REPLAY],
  draws: (options) => [
    currentBatch(options, 0),
    replayDraw(options, 1, { distance: options.alpha }),
  ],
  // Tables count an update of its own for the replayed images; here they are part of the step.
  publishedReplay: 2,
  passes: ({ index, images }, { bufferSize }) => ({
    forward: [Math.min(images, Math.floor(bufferSize / (index + 1)))],
  }),
  hooks: async (context) => {
    const { Inference } = await import('../evaluation/inference.ts');
    const { network, seed, storedLogits } = context;
    const { ExemplarBuffer } = await import('./parts/exemplar-buffer.ts');
    const buffer = new ExemplarBuffer(context);
    const logits = await Inference.create(context, network.output);
    return {
      tasks: {
        endTask: async ({ index: task, targets }) => {
          const each = Math.floor(buffer.capacity / (task + 1));
          const old = Array.from({ length: task }, (_, t) =>
            buffer.held.filter((exemplar) => exemplar.task === t).slice(0, each),
          ).flat();
          const shuffled = epochOrder(seed, task, AFTER_ALL_EPOCHS, targets.length);
          const fresh = [...shuffled.subarray(0, each)].map((index): Exemplar => ({
            from: 'stream',
            index,
            label: targets[index]!,
            task,
          }));
          buffer.replace([...old, ...fresh]);
          const slots = fresh.map((_, i) => old.length + i);
          await logits.into(storedLogits, old.length, 'buffer', slots);
        },
      },
      extraWork: () => [logits.work],
    };
  },
};

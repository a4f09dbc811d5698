/**
 * Averaged gradient episodic memory: Chaudhry, Ranzato, Rohrbach and Elhoseiny, *Efficient Lifelong Learning with
 * A-GEM*, ICLR 2019, as mammoth has it (`agem`). No step may raise the loss on the buffer, to first order; it
 * need not lower it.
 *
 *     g = ∇CE(current batch),   r = ∇CE(draw from the buffer)
 *     g ← g − (g·r / r·r) · r   if g·r < 0
 *
 * Each gradient comes from a forward pass of its own, and so from a batch-norm group of its own. The buffer is
 * filled as mammoth does: at the end of a task one batch of its images, in random order, is offered to the
 * reservoir. (mammoth works out a share of the buffer for each task and then does not use it.) So a buffer larger
 * than tasks × batch is never full. In the first task the buffer is empty, and g is not changed.
 */
import { hashU32, RandomStream, STREAM } from '../../gpu/rng.ts';
import { copyImages } from '../buffer/copy-images.ts';
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT, READS_REPLAY, replayDraw } from './parts/draws.ts';

export const agem: Strategy = {
  name: 'agem',
  title: 'Averaged gradient episodic memory, A-GEM (Chaudhry et al., 2019)',
  buffer: 'images',
  storing: 'task-end',
  stream: 'tasks',
  reads: [...READS_CURRENT, ...READS_REPLAY],
  draws: (options) => [
    currentBatch(options, 0),
    { ...replayDraw(options, 1, { crossEntropy: 1 }), apart: true },
  ],
  hooks: async ({ gpu, store, options, images, replay, reservoir, seed }) => {
    const { gradientProjection } = await import('./parts/gradient-projection.ts');
    const projection = gradientProjection(store);
    return {
      gradients: {
        emitAfterBackward: (emit, group) => {
          if (group === 0) projection.emitPutAside(emit);
          else projection.emitProjection(emit);
        },
      },
      tasks: {
        endTask: ({ index, targets }) => {
          const random = new RandomStream(hashU32(seed, STREAM.reservoir, index), STREAM.reservoir);
          const batch = random.sample(targets.length, Math.min(options.batch, targets.length));
          const offered = batch.map((from) => ({
            from,
            to: reservoir!.offer(targets[from]!, index),
          }));
          const taken = offered.filter(({ to }) => to >= 0);
          copyImages(gpu, images, replay!, taken);
          return Promise.resolve();
        },
      },
    };
  },
};

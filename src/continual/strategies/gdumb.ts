/**
 * GDumb: Prabhu, Torr and Dokania, *GDumb: A Simple Approach that Questions Our Progress in Continual Learning*,
 * ECCV 2020; mammoth's `gdumb`. The stream fills a buffer that is balanced over its classes (`greedy-sampler.ts`),
 * each image offered once, and trains nothing. Whenever the network is asked for, a fresh one is trained on the
 * buffer alone.
 *
 *     at the end of a task:  θ ← initial weights;  train on L = CE(batch of the buffer) for the config's epochs
 *
 * So a task's epochs run over the buffer, with whatever schedule the config asks of a task; the authors anneal the
 * rate by cosines. Every network starts from the same initial weights. Differences: no cutmix, which needs images
 * with two labels; one cosine where theirs restarts, and no epoch of a tenth of the rate before it. mammoth trains
 * once, after the last task, and fills its buffer by the reservoir; the paper does as here.
 */
import { RandomStream, STREAM } from '../../gpu/rng.ts';
import { copyImages } from '../buffer/copy-images.ts';
import { GreedySampler } from '../buffer/greedy-sampler.ts';
import { dynamicOf } from '../../sparse/dynamics/dynamic-of.ts';
import type { Strategy } from './strategy.ts';
import { epochOrder } from '../stream/stream.ts';
import { currentBatch } from './parts/draws.ts';

export const gdumb: Strategy = {
  name: 'gdumb',
  title: 'Greedy sampler and dumb learner, GDumb (Prabhu et al., 2020)',
  buffer: 'images',
  storing: 'task-end',
  stream: 'tasks',
  needs: { ownClasses: true },
  reads: ['bufferSize', 'maskedHead'],
  refuses: ({ removal, dynamic }) =>
    removal > 0
      ? 'removal: gdumb trains on its buffer alone, so there is no stream to leave images out of'
      : dynamicOf(dynamic).still !== true
        ? `dynamic: gdumb begins anew with every task, and a mask with it; what ${dynamic} had found would be lost`
        : null,
  draws: (options) => [currentBatch(options, 0)],
  trains: ({ met, images }, { bufferSize }) => ({
    own: Math.min(bufferSize, met + images),
    joined: 0,
    restarts: true,
  }),
  // The buffer's images are brought to where the task's lie.
  room: (images, { bufferSize }) => Math.max(images, bufferSize),
  hooks: ({ gpu, store, images, replay, reservoir, seed }) => {
    const sampler = new GreedySampler(
      reservoir!.capacity,
      new RandomStream(seed, STREAM.reservoir),
    );
    const tasks: number[] = [];
    const seen: number[] = [];
    return Promise.resolve({
      tasks: {
        beginTask: (task) => {
          const { index, labels, targets } = task;
          seen.push(...labels);
          // The last image to take a slot is the one that stays there.
          const taken = new Map<number, number>();
          for (const image of epochOrder(seed, index, 0, targets.length)) {
            const slot = sampler.offer(targets[image]!);
            if (slot < 0) continue;
            taken.set(slot, image);
            tasks[slot] = index;
          }
          const pairs = [...taken].map(([to, from]) => ({ from, to }));
          copyImages(gpu, images, replay!, pairs);
          const whole = sampler.labels.map((_, slot) => ({ from: slot, to: slot }));
          copyImages(gpu, replay!, images, whole);
          reservoir!.load({
            ...reservoir!.save(),
            offered: sampler.labels.length,
            labels: sampler.labels,
            tasks,
          });
          store.initialize(seed);
          const held = {
            ...task,
            firstOutput: 0,
            labels: seen.slice(),
            targets: Uint16Array.from(sampler.labels),
          };
          return Promise.resolve({ task: held, joined: 0, restarts: true });
        },
      },
    });
  },
};

/**
 * Incremental classifier and representation learning: Rebuffi, Kolesnikov, Sperl and Lampert, *iCaRL:
 * Incremental Classifier and Representation Learning*, CVPR 2017. The buffer holds exemplars of each class,
 * chosen at the end of a task such that their mean feature is near the class's; a task is trained on together
 * with them, and images are classified by the nearest mean of exemplars rather than by the head.
 *
 *     L = mean over classes seen of BCE(sigmoid(logit), y)
 *     y = sigmoid(logit stored before the task) for past classes; [class = label] for the task's
 *
 * After c classes each has ⌊M / c⌋ of the buffer's M places; an older class gives up its last exemplars,
 * which are the least important ones. The mean over classes is mammoth's, where the paper has the sum.
 * Differences: as in the paper, and unlike mammoth, logits are stored once for each image as it is, and not for
 * each augmented copy; as in mammoth, and unlike the paper, features are not normalised. Mammoth averages the
 * means of batches of exemplars by halves, here a mean is a mean. A masked head has nothing to mask.
 */
import { taskLogitsAt } from '../batch/batch-plan.ts';
import { copyImages } from '../buffer/copy-images.ts';
import type { Exemplar } from './parts/exemplar-buffer.ts';
import { herd } from '../buffer/herding.ts';
import type { TrainingTask } from '../stream/stream.ts';
import { featuresOf } from '../../nn/compile/graph.ts';
import type { Strategy } from './strategy.ts';

/** Exemplars in a buffer of `size` with equal shares for classes of so many images; a class may have fewer. */
const exemplars = (size: number, classImages: readonly number[]): number => {
  const share = Math.floor(size / classImages.length);
  return classImages.reduce((sum, images) => sum + Math.min(share, images), 0);
};

export const icarl: Strategy = {
  name: 'icarl',
  title: 'iCaRL, nearest mean of exemplars (Rebuffi et al., 2017)',
  buffer: 'images',
  storing: 'task-end',
  stream: 'tasks',
  taskLogits: true,
  needs: { ownClasses: true },
  reads: ['bufferSize', 'removal'],
  refuses: ({ emaDecay }) =>
    emaDecay > 0
      ? 'emaDecay: icarl classifies by features of the trained weights, which averaged ones do not have'
      : null,
  draws: ({ batch }) => [
    {
      from: 'stream',
      rows: batch,
      normGroup: 0,
      terms: { binary: 1, classes: 'seen', held: 'past' },
    },
  ],
  trains: ({ images, pastClasses, classImages }, { bufferSize }) => ({
    own: images,
    joined: exemplars(bufferSize, classImages.slice(0, pastClasses)),
  }),
  // Exemplars are part of the stream here; tables count them as replayed.
  publishedReplay: 1,
  // The buffer's images join the task's behind them.
  room: (images, { bufferSize }) => images + bufferSize,
  // Logits of all that is trained on, features of the task's images, and of the exemplars that are left.
  passes: ({ index, images, pastClasses, classImages }, { bufferSize }) => ({
    forward: [
      index > 0 ? images + exemplars(bufferSize, classImages.slice(0, pastClasses)) : 0,
      images,
      exemplars(bufferSize, classImages),
    ],
  }),
  hooks: async (context) => {
    const { NearestMean } = await import('../evaluation/nearest-mean.ts');
    const { Inference } = await import('../evaluation/inference.ts');
    const { gpu, network, images, replay, reservoir, storedLogits } = context;
    const { ExemplarBuffer } = await import('./parts/exemplar-buffer.ts');
    const buffer = new ExemplarBuffer(context);
    const logits = await Inference.create(context, network.output);
    const features = await Inference.create(context, featuresOf(network));
    const nearestMean = new NearestMean(gpu, network);
    let own: TrainingTask['targets'] = new Uint16Array();
    return {
      evaluation: { nearestMean },
      tasks: {
        beginTask: async (task) => {
          const { firstOutput, labels, targets } = task;
          const classes = firstOutput + labels.length;
          if (classes > buffer.capacity) {
            throw new RangeError(
              `bufferSize: ${String(classes)} classes need as many exemplars at least, not ${String(buffer.capacity)}`,
            );
          }
          const { held } = buffer;
          own = targets;
          const union = Uint16Array.from([...targets, ...held.map(({ label }) => label)]);
          copyImages(
            gpu,
            replay!,
            images,
            held.map(({ index }) => ({ from: index, to: targets.length + index })),
          );
          if (firstOutput > 0) {
            await logits.into(storedLogits, taskLogitsAt(reservoir), 'stream', union.keys());
          }
          return { task: { ...task, targets: union }, joined: held.length, restarts: false };
        },
        endTask: async ({ index: task, firstOutput, labels }) => {
          const each = Math.floor(buffer.capacity / (firstOutput + labels.length));
          const exemplars = Array.from({ length: firstOutput }, (_, label) =>
            buffer.held.filter((exemplar) => exemplar.label === label).slice(0, each),
          ).flat();
          const values = await features.read('stream', own.keys());
          for (let label = firstOutput; label < firstOutput + labels.length; label++) {
            const members = [...own.keys()].filter((image) => own[image] === label);
            const { channels } = features;
            const chosen = herd(
              members.map((image) => values.subarray(image * channels, (image + 1) * channels)),
              each,
            );
            exemplars.push(
              ...chosen.map((i): Exemplar => ({ from: 'stream', index: members[i]!, label, task })),
            );
          }
          buffer.replace(exemplars);
          const kept = buffer.held.map(({ label }) => label);
          nearestMean.set(await features.read('buffer', kept.keys()), kept);
        },
      },
      extraWork: () => [logits.work, features.work],
    };
  },
};

/**
 * Experience replay with asymmetric cross-entropy: Caccia, Aljundi, Asadi, Tuytelaars, Pineau and Belilovsky,
 * *New Insights on Reducing Abrupt Representation Change in Online Continual Learning*, ICLR 2022. Current
 * images compete among the classes of their own batch alone, so that new classes do not push old ones away;
 * replayed images compete among all. Each draw is a forward of its own, so a batch-norm group of its own.
 *
 *     L = CE(current batch over the batch's classes and those not met yet) + CE(replayed batch)
 *
 * As in the authors' and mammoth's code there is neither mask nor replay in the first task. There, the
 * largest class met so far always competes too, and a class of the current task until the first batch that
 * has it; here it competes where the batch has it (`class-sets.ts`).
 */
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT, READS_REPLAY, replayDraw } from './parts/draws.ts';

export const erAce: Strategy = {
  name: 'er-ace',
  title: 'Experience replay with asymmetric cross-entropy, ER-ACE (Caccia et al., 2022)',
  buffer: 'images',
  stream: 'tasks',
  reads: [...READS_CURRENT, ...READS_REPLAY],
  draws: (options) => [
    currentBatch(options, 0, 'batch'),
    { ...replayDraw(options, 1, { crossEntropy: 1 }), fromTask: 1 },
  ],
};

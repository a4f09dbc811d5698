/**
 * Learning without forgetting: Li and Hoiem, *Learning without Forgetting*, ECCV 2016, TPAMI 40(12), 2018.
 * Before a task begins, the logits that the network has for the task's images are stored. While it learns the task,
 * its logits for the classes of earlier tasks are held to the stored ones, softened by a temperature T. There is no
 * buffer.
 *
 *     L = CE(current batch over the classes seen) + α · H(softmax(old/T), softmax(logits/T)) over past classes
 *
 * Mammoth's weights: no factor T², and the cross-entropy H where the engine has the divergence, which differs by a
 * constant and has the same gradient; hence α / T² below. Differences: mammoth computes the stored logits on images
 * that are not normalised, which is a slip, and first trains the new outputs alone for as many epochs as a task has;
 * here images are normalised, and there is no such warm-up.
 */
import { real } from '../../options/field.ts';
import { alpha } from './fields.ts';
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT } from './parts/draws.ts';

const fields = {
  alpha,
  /** T of the distillation. */
  temperature: real(0.1, 100, {
    default: 2,
    unread: alpha.unread!,
    words: {
      title: 'temperature',
      help: 'Softens the old network’s answers before they are copied (LwF).',
    },
  }),
};

export const lwf: Strategy<typeof fields> = {
  name: 'lwf',
  title: 'Learning without forgetting, LwF (Li and Hoiem, 2016)',
  buffer: 'none',
  stream: 'tasks',
  taskLogits: true,
  fields,
  reads: READS_CURRENT,
  draws: (options) => {
    const { alpha, temperature } = options;
    const current = currentBatch(options, 0, 'seen');
    const kl = { weight: alpha / temperature ** 2, temperature };
    return [{ ...current, terms: { ...current.terms, kl, held: 'past' } }];
  },
  needs: { ownClasses: true },
  passes: ({ index, images }) => ({ forward: [index > 0 ? images : 0] }),
  hooks: async (context) => {
    const { Inference } = await import('../evaluation/inference.ts');
    const { network, storedLogits } = context;
    const logits = await Inference.create(context, network.output);
    return {
      tasks: {
        beginTask: async ({ firstOutput, targets }) => {
          if (firstOutput > 0) await logits.into(storedLogits, 0, 'stream', targets.keys());
          return undefined;
        },
      },
      extraWork: () => [logits.work],
    };
  },
};

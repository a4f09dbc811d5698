/**
 * Elastic weight consolidation: Kirkpatrick et al., *Overcoming catastrophic forgetting in neural networks*, PNAS
 * 2017, in the online form of Schwarz et al., *Progress & Compress*, ICML 2018, as mammoth has it (`ewc_on`). What
 * the tasks so far found important is tied to where they left it; no image is kept.
 *
 *     L = CE(current batch) + λ · Σ F · (θ − θ*)²,   so   g ← g + 2λ · F ⊙ (θ − θ*)
 *     at the end of a task:  F ← γ·F + Fₜ,  θ* ← θ
 *
 * Fₜ is in `fisher.ts`, with mammoth's weight p(y|x). Differences from mammoth: Fₜ is of images as they are and of
 * norms in evaluation mode, where theirs are augmented and normalised by the one image's own statistics, which
 * move the running ones; and Fₜ is divided by the number of images, theirs by that of full batches times their
 * size. Norms' scales and shifts and the head are tied like any other weight, as there.
 */
import { spanInvocations } from '../../nn/compile/pointwise.ts';
import { real } from '../../options/field.ts';
import { penalty } from './fields.ts';
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT } from './parts/draws.ts';

const fields = {
  penalty,
  /** γ: what is kept of older tasks' Fisher information. */
  penaltyDecay: real(0, 1, {
    default: 1,
    unread: penalty.unread!,
    words: {
      title: 'memory of the penalty',
      help: 'How much of older tasks’ Fisher information is kept with every new task (γ of EWC).',
    },
  }),
};

export const ewc: Strategy<typeof fields> = {
  name: 'ewc',
  title: 'Online elastic weight consolidation, EWC (Schwarz et al., 2018)',
  buffer: 'none',
  stream: 'tasks',
  fields,
  reads: READS_CURRENT,
  draws: (options) => [currentBatch(options, 0)],
  passes: ({ images }) => ({ single: images }),
  hooks: async (context) => {
    const { copyArena } = await import('./parts/arena-pass.ts');
    const { createFisher } = await import('./parts/fisher.ts');
    const { gpu, store, options } = context;
    const importance = store.addArena('workspace', 'Fisher information');
    const anchor = store.addArena('workspace', 'weights of the last task');
    const fisher = await createFisher(context, importance);
    let images = 0;
    return {
      gradients: {
        emitBeforeUpdate: (emit) => {
          emit.dispatch({
            label: 'EWC penalty',
            kind: 'other',
            kernel: 'anchor_penalty',
            defines: { PATH: 0 },
            parameters: { length: store.floats / 4, strength: options.penalty },
            buffers: {
              gradients: store.gradients,
              parameters: store.parameters,
              importance,
              anchor,
            },
            invocations: spanInvocations(store.floats / 4),
          });
        },
      },
      tasks: {
        endTask: async (task) => {
          // A mask may choose weights by the last step's gradient afterwards, so that gradient is kept meanwhile.
          copyArena(gpu, store.gradients, anchor);
          await fisher.measure(task, options.penaltyDecay);
          copyArena(gpu, anchor, store.gradients);
          copyArena(gpu, store.parameters, anchor);
          images += task.targets.length;
        },
      },
      extraWork: () => [{ entries: fisher.entries, runs: images }],
    };
  },
};

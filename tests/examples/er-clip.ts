/**
 * An example of a strategy with a config field and a kernel of its own: experience replay whose gradient is clipped
 * entry by entry before the update (Graves, *Generating Sequences With Recurrent Neural Networks*, 2013).
 *
 *     g ← clamp(∇CE(current batch ∪ replayed batch), −c, c)
 *
 * The kernel stands beside this file and is fetched when a run begins.
 */
import {
  currentBatch,
  READS_CURRENT,
  READS_REPLAY,
  replayDraw,
} from '../../src/continual/strategies/parts/draws.ts';
import type { Strategy } from '../../src/continual/strategies/strategy.ts';
import { addShaders } from '../../src/gpu/shader-source.ts';
import { spanInvocations } from '../../src/nn/compile/pointwise.ts';
import { real } from '../../src/options/field.ts';

const fields = {
  /** c: the largest magnitude that an entry of the gradient keeps. */
  clip: real(1e-6, 1000, {
    default: 1,
    words: {
      title: 'largest gradient',
      help: 'Cuts every entry of the gradient off here, so that no step is wild.',
    },
  }),
};

export const erClip: Strategy<typeof fields> = {
  name: 'er-clip',
  title: 'Experience replay with clipped gradients (example)',
  buffer: 'images',
  stream: 'tasks',
  fields,
  reads: [...READS_CURRENT, ...READS_REPLAY],
  draws: (options) => [currentBatch(options, 0), replayDraw(options, 0, { crossEntropy: 1 })],
  hooks: async ({ store, options }) => {
    const { default: kernel } = await import('./clip_gradient.wgsl?raw');
    addShaders({ 'clip_gradient.wgsl': kernel });
    const length = store.floats / 4;
    return {
      gradients: {
        emitBeforeUpdate: (emit) => {
          emit.dispatch({
            label: 'clip the gradient',
            kind: 'other',
            kernel: 'clip_gradient',
            parameters: { length, most: options.clip },
            buffers: { gradients: store.gradients },
            invocations: spanInvocations(length),
          });
        },
      },
    };
  },
};

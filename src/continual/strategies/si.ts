/**
 * Synaptic intelligence: Zenke, Poole and Ganguli, *Continual Learning Through Synaptic Intelligence*, ICML 2017, as
 * mammoth has it (`si`). A weight is important by how much its own path lowered the loss; no image is kept.
 *
 *     L = CE(current batch) + c · Σ Ω · (θ − θ*)²,   so   g ← clamp(g + 2c · Ω ⊙ (θ − θ*), −1, 1)
 *     every step:            ω ← ω + η · g²
 *     at the end of a task:  Ω ← Ω + ω / ((θ − θ*)² + ξ),  θ* ← θ,  ω ← 0
 *
 * As mammoth and unlike the paper: gradients are clamped, and ω takes the whole of the clamped gradient, penalty
 * included, where the paper's −g·Δθ has the loss's alone; η·g² is that product for SGD without momentum. Unlike
 * mammoth: η is the step's own rate, so that it follows a schedule.
 */
import { spanInvocations } from '../../nn/compile/pointwise.ts';
import { real } from '../../options/field.ts';
import { penalty } from './fields.ts';
import type { Strategy } from './strategy.ts';
import { currentBatch, READS_CURRENT } from './parts/draws.ts';

const fields = {
  penalty,
  /** ξ */
  damping: real(1e-6, 1000, {
    default: 1,
    unread: penalty.unread!,
    words: {
      title: 'damping',
      help: 'Keeps SI from dividing by paths of nearly no length (ξ).',
    },
  }),
};

export const si: Strategy<typeof fields> = {
  name: 'si',
  title: 'Synaptic intelligence, SI (Zenke et al., 2017)',
  buffer: 'none',
  stream: 'tasks',
  fields,
  reads: READS_CURRENT,
  draws: (options) => [currentBatch(options, 0)],
  hooks: async ({ gpu, store, options }) => {
    const { arenaPass, copyArena } = await import('./parts/arena-pass.ts');
    const importance = store.addArena('workspace', 'importance');
    const anchor = store.addArena('workspace', 'weights of the last task');
    const path = store.addArena('workspace', 'path integral');
    const buffers = { parameters: store.parameters, importance, anchor, path };
    const consolidate = await arenaPass(gpu, 'consolidate the path', [
      {
        kernel: 'consolidate_path',
        floats: store.floats,
        parameters: { damping: options.damping },
        buffers,
      },
    ]);
    return {
      tasks: {
        beginTask: (_, firstStep) => {
          // Not before: a mask may begin with the first task's images.
          if (firstStep === 0) copyArena(gpu, store.parameters, anchor);
          return Promise.resolve(undefined);
        },
        endTask: () => {
          consolidate();
          return Promise.resolve();
        },
      },
      gradients: {
        emitBeforeUpdate: (emit) => {
          emit.dispatch({
            label: 'SI penalty',
            kind: 'other',
            kernel: 'anchor_penalty',
            defines: { PATH: 1, MASKED: store.live ? 1 : 0 },
            parameters: { length: store.floats / 4, strength: options.penalty },
            buffers: {
              ...buffers,
              gradients: store.gradients,
              ...(store.live && { live: store.live }),
            },
            invocations: spanInvocations(store.floats / 4),
          });
        },
      },
    };
  },
};

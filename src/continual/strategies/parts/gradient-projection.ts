/**
 * Projects the gradient of the current batch by a reference gradient of other rows (A-GEM). The current batch's
 * gradient is put aside while the backward pass of the reference fills the arena; then the component of the first
 * that points against the second is removed. It runs on the GPU, with sums in a fixed order, and nothing is read
 * back.
 */
import './shaders.ts';
import type { Emitter } from '../../../nn/compile/emitter.ts';
import type { ParameterStore } from '../../../nn/tensor/parameter-store.ts';
import { spanInvocations } from '../../../nn/compile/pointwise.ts';

/** Partial sums of a scalar product, at most: few enough that one invocation adds them up. */
const MOST_PARTIALS = 2048;

export interface GradientProjection {
  /** To be emitted when the arena holds the current batch's gradient. */
  emitPutAside(emit: Emitter): void;
  /** To be emitted when it holds the reference's; then it holds the projected gradient. */
  emitProjection(emit: Emitter): void;
}

/** Allocates the arena of the gradient that is put aside. Throws `MemoryError`. */
export function gradientProjection(store: ParameterStore): GradientProjection {
  const stream = store.addArena('gradients', 'gradient of the current batch');
  const length = store.floats / 4;
  return {
    emitPutAside: (emit) => {
      // What comes back is overwritten by the reference's backward pass.
      emit.dispatch({
        label: 'put the gradient aside',
        kind: 'other',
        kernel: 'exchange',
        parameters: { length },
        buffers: { a: store.gradients, b: stream },
        invocations: spanInvocations(length),
      });
    },
    emitProjection: (emit) => {
      const invocations = Math.min(MOST_PARTIALS, spanInvocations(length));
      const partials = emit.scratch('partial products', invocations * 16);
      const products = emit.scratch('products of gradients', 16);
      emit.dispatch({
        label: 'multiply the gradients',
        kind: 'other',
        kernel: 'dot_partials',
        defines: { MASKED: store.live ? 1 : 0 },
        parameters: { length, invocations },
        buffers: {
          a: stream,
          b: store.gradients,
          partials,
          ...(store.live && { live: store.live }),
        },
        invocations,
      });
      emit.dispatch({
        label: 'multiply the gradients, sum',
        kind: 'other',
        kernel: 'reduce_partials',
        parameters: { length: 1, splits: invocations, result_at: 0, accumulate: 0 },
        buffers: { partials, result: products },
        invocations: 1,
      });
      emit.dispatch({
        label: 'project the gradient',
        kind: 'other',
        kernel: 'project_gradient',
        parameters: { length },
        buffers: { products, stream, gradients: store.gradients },
        invocations: spanInvocations(length),
      });
    },
  };
}

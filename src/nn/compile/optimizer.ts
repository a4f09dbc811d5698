/** The update: one dispatch over the whole parameter arena; and the learning rate over a task. */
import type { Emission, Emitter } from './emitter.ts';
import type { OptimizerKind } from '../tensor/parameter-store.ts';
import { spanInvocations } from './pointwise.ts';

/**
 * Emits the update of every parameter from its gradient. With `moves`, a bit for each float of the arena, those
 * alone move whose bit is set, with their optimiser state; as a rule, those that live.
 */
export function emitUpdate(emit: Emitter, moves: GPUBuffer | null = emit.store.live): void {
  const { store } = emit;
  const MASKED = moves ? 1 : 0;
  const kernels: Record<OptimizerKind, Pick<Emission, 'kernel' | 'defines'>> = {
    sgd: { kernel: 'sgd', defines: { MOMENTUM: 0, MASKED } },
    'sgd-momentum': { kernel: 'sgd', defines: { MOMENTUM: 1, MASKED } },
    adam: { kernel: 'adam', defines: { MASKED } },
  };
  emit.dispatch({
    label: 'update',
    kind: 'update',
    ...kernels[store.kind],
    parameters: { length: store.floats / 4 },
    buffers: {
      gradients: store.gradients,
      parameters: store.parameters,
      ...Object.fromEntries(store.optimizer),
      ...(moves && { live: moves }),
    },
    invocations: spanInvocations(store.floats / 4),
  });
}

export type RateSchedule = 'constant' | 'cosine';

/** Learning rate of step `step` of `steps`: constant, or half a cosine from `base` towards 0 (SGDR without restarts). */
export function rateAt(schedule: RateSchedule, base: number, step: number, steps: number): number {
  if (schedule === 'constant') return base;
  return (base * (1 + Math.cos((Math.PI * step) / steps))) / 2;
}

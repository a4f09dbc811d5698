/** The update: one dispatch over the whole parameter arena; and the learning rate over a task. */
import type { Emission, Emitter } from './emitter.ts';
import type { OptimizerKind } from './parameter-store.ts';
import { spanInvocations } from './spans.ts';

/** Emits the update of every parameter from its gradient; of sparse ones only live weights move. */
export function emitUpdate(emit: Emitter): void {
  const { store } = emit;
  const MASKED = store.live ? 1 : 0;
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
      ...(store.live && { live: store.live }),
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

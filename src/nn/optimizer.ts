/** The update: one dispatch over the whole parameter arena; and the learning rate over a task. */
import type { Emitter } from './emitter.ts';
import type { OptimizerKind } from './parameter-store.ts';

/** Emits the update of every parameter from its gradient. */
export function emitUpdate(emit: Emitter): void {
  const { store } = emit;
  const kernels: Record<OptimizerKind, { kernel: string; defines?: { MOMENTUM: number } }> = {
    sgd: { kernel: 'sgd', defines: { MOMENTUM: 0 } },
    'sgd-momentum': { kernel: 'sgd', defines: { MOMENTUM: 1 } },
    adam: { kernel: 'adam' },
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
    },
    invocations: store.floats / 4,
  });
}

export type RateSchedule = 'constant' | 'cosine';

/** Learning rate of step `step` of `steps`: constant, or half a cosine from `base` towards 0 (SGDR without restarts). */
export function rateAt(schedule: RateSchedule, base: number, step: number, steps: number): number {
  if (schedule === 'constant') return base;
  return (base * (1 + Math.cos((Math.PI * step) / steps))) / 2;
}

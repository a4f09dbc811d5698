/** The update of what moves, from its gradients in the arena; and the learning rate over a task. */
import type { Emission } from './emission.ts';
import type { Emitter } from './emitter.ts';
import type { OptimizerKind } from '../tensor/parameter-store.ts';
import { spanInvocations } from './pointwise.ts';

/**
 * Emits the update of every parameter that moves from its gradient: one dispatch for neighbouring groups of the same
 * rate and decay, so one in all where there are no groups. Groups that rest in this plan keep their optimiser state too.
 * With `moves`, a bit for each float of the arena, those alone move whose bit is set; as a rule, those that live.
 */
export function emitUpdate(emit: Emitter, moves: GPUBuffer | null = emit.store.live): void {
  const { store } = emit;
  const MASKED = moves ? 1 : 0;
  const kernels: Record<OptimizerKind, Pick<Emission, 'kernel' | 'defines'>> = {
    sgd: { kernel: 'sgd', defines: { MOMENTUM: 0, MASKED } },
    'sgd-momentum': { kernel: 'sgd', defines: { MOMENTUM: 1, MASKED } },
    adam: { kernel: 'adam', defines: { MASKED } },
  };
  const { kernel, defines } = kernels[store.kind];
  const arenas = {
    gradients: store.gradients,
    parameters: store.parameters,
    ...Object.fromEntries(store.optimizer),
  };
  for (const { names, at, floats, rate, decay } of rangesOfOnePace(emit)) {
    const whole = floats === store.floats && rate === 1 && decay === 1;
    const bytes = Object.keys(arenas).map((arena) => [arena, floats * 4]);
    emit.dispatch({
      label: whole ? 'update' : `update of ${names.join(' and ')}`,
      kind: 'update',
      kernel,
      defines: { ...defines, ...(!whole && { GROUP: 1 }) },
      parameters: { length: floats / 4, ...(!whole && { first: at / 4, rate, decay }) },
      buffers: { ...arenas, ...(moves && { live: moves }) },
      touched: {
        ...(Object.fromEntries(bytes) as Record<string, number>),
        ...(!whole && moves && { live: floats / 8 }),
      },
      invocations: spanInvocations(floats / 4),
    });
  }
}

/** A range of the arenas that one dispatch can update. */
interface PacedRange {
  readonly names: readonly string[];
  readonly at: number;
  readonly floats: number;
  readonly rate: number;
  readonly decay: number;
}

/** The groups that move in this plan; neighbours of the same rate and decay are one. */
function rangesOfOnePace({ store, resting }: Emitter): PacedRange[] {
  const ranges: PacedRange[] = [];
  for (const { group, at, floats } of store.groups) {
    const { name, rate, decay } = group;
    if (resting.has(name)) continue;
    const last = ranges.at(-1);
    const joins = last?.rate === rate && last.decay === decay && last.at + last.floats === at;
    if (joins) ranges.pop();
    ranges.push(
      joins
        ? { ...last, names: [...last.names, name], floats: last.floats + floats }
        : { names: [name], at, floats, rate, decay },
    );
  }
  return ranges;
}

export type RateSchedule = 'constant' | 'cosine';

/** Learning rate of step `step` of `steps`: constant, or half a cosine from `base` towards 0 (SGDR without restarts). */
export function rateAt(schedule: RateSchedule, base: number, step: number, steps: number): number {
  if (schedule === 'constant') return base;
  return (base * (1 + Math.cos((Math.PI * step) / steps))) / 2;
}

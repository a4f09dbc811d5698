/** The training step, listed in every way that a schedule has, all on the same records and scalars. */
import type { ActivationPool } from '../../nn/compile/activation-pool.ts';
import type { GradientHooks } from '../strategies/strategy.ts';
import { StepPlans } from './step-plans.ts';
import type { StepVariant, VariantSchedule } from './step-variant.ts';
import {
  listTrainingStep,
  type StepBuffers,
  type TrainingStep,
  type TrainingStepOptions,
} from './training-step.ts';

export interface VariantsOptions extends TrainingStepOptions {
  readonly pool: ActivationPool;
  readonly onProgress?: (done: number, of: number) => void;
  /** One way, all groups moving, if left out. */
  readonly schedule?: VariantSchedule;
}

/** Throws `MemoryError`, `ShaderError`, `RangeError`. */
export async function listVariants(
  options: VariantsOptions,
  buffers: StepBuffers,
  hooks: GradientHooks,
): Promise<{ step: TrainingStep; plans: StepPlans }> {
  const { gpu, pool, onProgress, schedule } = options;
  const [first = { key: 'training' }, ...others] = schedule?.variants ?? [];
  const list = ({ network = options.network, resting }: StepVariant, beside?: TrainingStep) =>
    listTrainingStep({ ...options, network }, buffers, hooks, {
      ...(beside && { beside }),
      ...(resting && { resting }),
    });
  const step = list(first);
  const lists = [
    { key: first.key, emit: step.emit },
    ...others.map((variant) => ({ key: variant.key, emit: list(variant, step).emit })),
  ];
  return { step, plans: await StepPlans.create(gpu, pool, lists, onProgress) };
}

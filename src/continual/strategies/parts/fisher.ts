/**
 * The diagonal of the empirical Fisher information over a task's images: means of squares of *per-example*
 * gradients, so every image is a forward and a backward pass of its own. Norms go by running statistics, since
 * one image has none worth the name; nothing moves but the importance.
 *
 *     F ← γ·F + 1/N · Σₙ p(yₙ|xₙ) · (∂ log p(yₙ|xₙ) / ∂θ)²
 *
 * The weight p(yₙ|xₙ) is mammoth's `exp_cond_prob` (aimagelab/mammoth, `models/ewc_on.py`), not the paper's.
 * Cost: N passes of four rows, three of them padding, because kernels work on vectors of four: four images' MACs
 * an image, once a task. They are in `entries`, to be counted.
 */
import './shaders.ts';
import { Submitter } from '../../../gpu/submitter.ts';
import type { Plan } from '../../../gpu/plan.ts';
import { Emitter } from '../../../nn/compile/emitter.ts';
import { spanInvocations } from '../../../nn/compile/pointwise.ts';
import { StepUniform } from '../../../nn/compile/step.ts';
import { chosenFrom } from '../../../nn/compile/variants.ts';
import { fillStep, planBatch } from '../../batch/batch-plan.ts';
import { emitPass } from '../../batch/emit-pass.ts';
import { currentBatch } from './draws.ts';
import type { StrategyContext } from '../strategy.ts';
import type { TrainingTask } from '../../stream/stream.ts';

export interface Fisher {
  /** One image's pass, which `measure` makes once for each image. */
  readonly entries: Plan['entries'];
  /**
   * Adds what the images of a task say, as they are: neither cropped nor flipped. `decay` is γ. The gradient
   * arena holds the last image's gradient afterwards. A schedule point: it may wait.
   */
  measure(task: TrainingTask, decay: number): Promise<void>;
}

/** `importance` has the parameters' shape. Throws `MemoryError`, `ShaderError`. */
export async function createFisher(
  context: StrategyContext,
  importance: GPUBuffer,
): Promise<Fisher> {
  const { gpu, network, store, options, images, seed } = context;
  const { queue } = gpu.device;
  const batch = planBatch(
    {
      name: 'fisher',
      title: 'One image at a time',
      buffer: 'none',
      stream: 'tasks',
      reads: [],
      draws: () => [{ ...currentBatch(options, 0), rows: 1 }],
    },
    options,
  );
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const rows = gpu.memory.allocate('control', 'Fisher row', batch.rows.bytes.byteLength, usage);
  const scalars = new StepUniform(gpu, 'Fisher', batch.layout.groups);
  const emit = new Emitter({
    norms: { statistics: store.running },
    rows: batch.layout.rows,
    groups: batch.layout.groups,
    step: scalars.buffer,
    store,
    variants: chosenFrom(context.variants),
  });
  const { statistics, storedLogits } = context;
  const rowLoss = emitPass(emit, {
    to: 'gradients',
    network,
    batch: { rows, images, replay: images, statistics },
    storedLogits,
  });
  emit.dispatch({
    label: 'add to the Fisher information',
    kind: 'other',
    kernel: 'add_fisher',
    defines: { MASKED: store.live ? 1 : 0 },
    parameters: { length: store.floats / 4 },
    buffers: {
      gradients: store.gradients,
      row_loss: rowLoss,
      importance,
      ...(store.live && { live: store.live }),
    },
    invocations: spanInvocations(store.floats / 4),
  });
  const { plan } = await emit.finish(gpu, 'Fisher', context.pool);
  const submitter = new Submitter(gpu, plan);
  return {
    entries: plan.entries,
    measure: async (task, decay) => {
      const { targets, firstOutput, labels, index } = task;
      const outputs = { first: firstOutput, count: labels.length };
      for (let image = 0; image < targets.length; image++) {
        fillStep(batch, { images: [image], targets, task: index, outputs }, null);
        queue.writeBuffer(rows, 0, batch.rows.bytes);
        scalars.write({
          seed,
          step: image,
          taskFirst: firstOutput,
          taskCount: labels.length,
          rate: 1 / targets.length,
          momentum: image === 0 ? decay : 1,
          weightDecay: 0,
          update: 1,
          augment: false,
          slot: 0,
          live: batch.rows.live,
        });
        await submitter.run();
      }
      await submitter.idle();
    },
  };
}

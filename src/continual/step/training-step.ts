/**
 * The list of one training step, and the buffers that it works on: gather the batch, forward, loss, backward,
 * put what the reservoir takes into the replay buffer, update, note the loss. A batch goes through as a
 * whole, or group after group where memory is short: gradients add up, running statistics move in the
 * order of the groups, and what the next update is made of is the same but for rounding.
 */
import type { Gpu } from '../../gpu/device.ts';
import { IMAGE_BYTES, type ImageSet } from '../../data/image-set.ts';
import type { Virtual } from '../../nn/compile/activation-pool.ts';
import { Emitter, type ActivationFormat } from '../../nn/compile/emitter.ts';
import type { GradientScope } from '../../nn/compile/gradient-scope.ts';
import type { Network } from '../../nn/compile/graph.ts';
import { emitUpdate } from '../../nn/compile/optimizer.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import { StepUniform } from '../../nn/compile/step.ts';
import { chosenFrom, type VariantTable } from '../../nn/compile/variants.ts';
import { planBatch, rowParts, type BatchPlan, type RowPart } from '../batch/batch-plan.ts';
import { emitPass } from '../batch/emit-pass.ts';
import { ImageStore } from '../buffer/image-store.ts';
import { SampleTally } from '../data-sparsity/sample-tally.ts';
import { anyApart, type StrategyOptions } from '../batch/draw.ts';
import type { GradientHooks, Strategy } from '../strategies/strategy.ts';

/** How much memory a step may take; none of it changes what is learnt but for rounding. */
export interface StepMemory {
  /** How values are kept from forward to backward; `f32` if left out. */
  readonly activations?: ActivationFormat;
  /** Drops values that are cheap to compute again. */
  readonly recompute?: boolean;
  /** Runs batch-norm groups one after another; a strategy whose batch is one group has nothing to gain. */
  readonly sequenced?: boolean;
}

export interface TrainingStepOptions extends StepMemory {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly store: ParameterStore;
  readonly strategy: Strategy;
  readonly strategyOptions: StrategyOptions;
  /** Images of the largest task. */
  readonly mostImages: number;
  readonly statistics: Pick<ImageSet, 'mean' | 'std'>;
  /** Which kernels do the convolutions; the default ones if left out. */
  readonly variants?: VariantTable;
  /** Counts how training goes with each image of a task, for data removal. */
  readonly tally?: boolean;
}

/** What a step works on that outlives it and is made before it. */
export interface StepBuffers {
  /** The current task's images. */
  readonly images: ImageStore;
  /** What is replayed; the current images again for a strategy without a buffer. */
  readonly replay: ImageStore;
  /** [slots][classes] */
  readonly storedLogits: GPUBuffer;
  readonly tally: SampleTally | null;
}

export interface TrainingStep {
  readonly batch: BatchPlan;
  /** The records of all rows. */
  readonly rows: GPUBuffer;
  /** One entry of 16 bytes a step, in a ring. */
  readonly history: GPUBuffer;
  /** The scalars of each part, with the groups that are its own. */
  readonly parts: readonly (RowPart & { readonly scalars: StepUniform })[];
  readonly emit: Emitter;
}

/** How a list of the step differs from the usual one: which gradients it computes, and what its update moves. */
export interface StepGradients {
  /** The list beside which this one runs, on the same records and scalars; its own if left out. */
  readonly beside?: TrainingStep;
  readonly scope?: GradientScope;
  /** Groups of parameters that this list leaves as they are; none if left out. */
  readonly resting?: ReadonlySet<string>;
  /** After the backward pass of a part, before the strategy sees its gradients. */
  emitAfterBackward?(emit: Emitter): void;
  /** When the step's gradient is complete; says what the update may move (`emitUpdate`). */
  emitBeforeUpdate?(emit: Emitter): GPUBuffer;
  /** Gradients alone: nothing is noted, stored or updated, and the strategy takes no part. */
  readonly only?: boolean;
}

/** Steps whose results wait on the GPU to be read; their entries take 16 bytes each. */
export const HISTORY = 1024;

const storage = (): number =>
  GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;

/** Room for a run's images. Throws `MemoryError`. */
export function allocateStepBuffers(options: TrainingStepOptions): StepBuffers {
  const { gpu, network, strategy } = options;
  const keeps = strategy.buffer !== 'none';
  const { mostImages, strategyOptions } = options;
  const { bufferSize } = strategyOptions;
  const most = strategy.room?.(mostImages, strategyOptions) ?? mostImages;
  const images = new ImageStore(gpu, 'images', 'task images', most);
  const replay = keeps ? new ImageStore(gpu, 'replay', 'replay images', bufferSize) : images;
  const slots = (keeps ? bufferSize : 0) + (strategy.taskLogits ? most : 0);
  const storedLogits = gpu.memory.allocate(
    'replay',
    'replay logits',
    Math.max(1, slots * network.output.channels) * 4,
    storage(),
  );
  const tally = options.tally === true ? new SampleTally(gpu, most) : null;
  return { images, replay, storedLogits, tally };
}

/**
 * Allocates what a step works on, but for activations, and lists it. Throws `MemoryError`, `RangeError`.
 */
export function listTrainingStep(
  options: TrainingStepOptions,
  { images, replay, storedLogits, tally }: StepBuffers,
  hooks: GradientHooks,
  gradients: StepGradients = {},
): TrainingStep {
  const { network, store, strategy } = options;
  const { batch, rows, history, parts } = gradients.beside ?? allocateStep(options);
  const classes = network.output.channels;
  const keeps = strategy.buffer !== 'none';
  const only = gradients.only ?? false;
  const placed = parts.map((part, i) => {
    const apart =
      !only && anyApart(batch.draws.filter(({ normGroup }) => normGroup === part.firstGroup));
    return {
      ...part,
      apart,
      step: part.scalars.buffer,
      allRows: batch.layout.rows,
      accumulate: i === 0 || apart ? (0 as const) : (1 as const),
    };
  });
  const emit = new Emitter({
    norms: hooks.norms ?? 'batch',
    ...(gradients.scope && { scope: gradients.scope }),
    ...(gradients.resting && { resting: gradients.resting }),
    store,
    activations: options.activations ?? 'f32',
    recompute: options.recompute ?? false,
    variants: chosenFrom(options.variants ?? {}),
    ...placed[0]!,
  });
  const streamGroup = batch.draws.find(({ from }) => from === 'stream')!.normGroup;
  let streamLogits: Virtual | null = null;
  let streamPart = placed[0]!;
  for (const part of placed) {
    const afterLoss = (rowLoss: Virtual) => {
      if (!only && !part.apart) {
        emit.dispatch({
          label: 'note the loss',
          kind: 'other',
          kernel: 'tally_step',
          parameters: { rows: part.rows, ...emit.records, accumulate: part.accumulate },
          buffers: { rows, row_loss: rowLoss, history },
          touched: { history: 16 },
          invocations: 1,
        });
      }
      if (part.firstGroup <= streamGroup) {
        streamPart = part;
        streamLogits = emit.value(network.output);
        if (!only) tally?.emit(emit, network.output, { rows, rowLoss });
      }
    };
    emit.beginPart(part);
    emitPass(emit, {
      to: 'gradients',
      network,
      batch: { rows, images, replay, statistics: options.statistics },
      storedLogits,
      afterLoss,
    });
    gradients.emitAfterBackward?.(emit);
    if (!only) hooks.emitAfterBackward?.(emit, part.firstGroup);
  }
  const listed = { batch, rows, history, parts, emit };
  if (only) return listed;
  if (keeps && strategy.storing !== 'task-end') {
    // After every part, since what is overwritten here may be replayed in any of them.
    emit.dispatch({
      label: 'store in replay buffer',
      kind: 'other',
      kernel: 'store_rows',
      parameters: {
        rows: streamPart.rows,
        first_row: streamPart.firstRow,
        all_rows: batch.layout.rows,
        classes,
        stream_split: images.split,
      },
      buffers: {
        rows,
        stream0: images.first,
        stream1: images.second,
        logits: streamLogits!,
        buffer_images: replay.first,
        stored_logits: storedLogits,
      },
      // As if every current image were taken.
      touched: {
        stream0: options.strategyOptions.batch * IMAGE_BYTES,
        stream1: 0,
        buffer_images: options.strategyOptions.batch * IMAGE_BYTES,
        stored_logits: options.strategyOptions.batch * classes * 4,
      },
      invocations: streamPart.rows * (IMAGE_BYTES / 4 + classes),
    });
  }
  hooks.emitBeforeUpdate?.(emit);
  const moves = gradients.emitBeforeUpdate?.(emit);
  if (hooks.emitUpdate) hooks.emitUpdate(emit);
  else emitUpdate(emit, moves);
  hooks.emitAfterUpdate?.(emit);
  return listed;
}

/** The records, the scalars and the history of a step. */
function allocateStep(options: TrainingStepOptions): Omit<TrainingStep, 'emit'> {
  const { gpu, strategy } = options;
  const { memory } = gpu;
  const batch = planBatch(strategy, options.strategyOptions);
  const rows = memory.allocate('control', 'rows', batch.rows.bytes.byteLength, storage());
  const history = memory.allocate('control', 'history', HISTORY * 16, storage());
  const sequenced = anyApart(batch.draws) || (options.sequenced ?? false);
  const parts = rowParts(batch.layout, sequenced).map((part) => ({
    ...part,
    scalars: new StepUniform(gpu, 'training', part.groups),
  }));
  return { batch, rows, history, parts };
}

/**
 * One training step on the GPU, as a plan: gather the batch, forward, loss, backward, put what the
 * reservoir takes into the replay buffer, update, note the loss. The CPU decides which rows there are
 * (`batch-plan.ts`); nothing here allocates or waits once the trainer is made.
 */
import type { Gpu } from '../gpu/device.ts';
import type { Plan } from '../gpu/plan.ts';
import { ReadbackRing } from '../gpu/readback.ts';
import { RandomStream, STREAM } from '../gpu/rng.ts';
import { Submitter } from '../gpu/submitter.ts';
import { IMAGE_BYTES, type ImageSet } from '../data/image-set.ts';
import type { ActivationPool } from '../nn/activation-pool.ts';
import { Emitter } from '../nn/emitter.ts';
import type { Network } from '../nn/graph.ts';
import { emitLoss } from '../nn/layers/loss.ts';
import { emitUpdate } from '../nn/optimizer.ts';
import type { ParameterStore } from '../nn/parameter-store.ts';
import { StepUniform, type StepValues } from '../nn/step.ts';
import { emitGather } from './batch-input.ts';
import { fillStep, planBatch, type BatchPlan } from './batch-plan.ts';
import { ImageStore } from './image-store.ts';
import { Reservoir } from './reservoir.ts';
import type { Strategy, StrategyOptions } from './strategy.ts';
import type { TrainingTask } from './stream.ts';

export interface TrainerOptions {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly store: ParameterStore;
  readonly pool: ActivationPool;
  readonly strategy: Strategy;
  readonly strategyOptions: StrategyOptions;
  /** Images in the replay buffer; used by strategies that keep one. */
  readonly bufferSize: number;
  /** Images of the largest task. */
  readonly mostImages: number;
  readonly statistics: Pick<ImageSet, 'mean' | 'std'>;
  readonly seed: number;
  readonly onProgress?: (done: number, of: number) => void;
}

/** What changes from step to step, besides the images. */
export type StepScalars = Pick<
  StepValues,
  'step' | 'update' | 'rate' | 'momentum' | 'weightDecay' | 'augment'
>;

/** One entry of the history: a step's loss, and its current images. */
export interface StepResult {
  readonly loss: number;
  readonly right: number;
  readonly images: number;
}

/** Steps whose results wait on the GPU to be read; their entries take 16 bytes each. */
const HISTORY = 1024;
/** Kept free for what is in flight. */
const HISTORY_MARGIN = 16;

export class Trainer {
  readonly reservoir: Reservoir | null;
  readonly submitter: Submitter;
  /** The current task's images. */
  readonly images: ImageStore;
  readonly plan: Plan;
  readonly #gpu: Gpu;
  readonly #seed: number;
  readonly #batch: BatchPlan;
  readonly #step: StepUniform;
  readonly #rows: GPUBuffer;
  readonly #history: GPUBuffer;
  readonly #ring: ReadbackRing;
  #queued = 0;
  #asked = 0;
  #reading: Promise<void> = Promise.resolve();

  private constructor(
    options: TrainerOptions,
    parts: Pick<Trainer, 'reservoir' | 'images' | 'plan'> & {
      batch: BatchPlan;
      step: StepUniform;
      rows: GPUBuffer;
      history: GPUBuffer;
    },
  ) {
    this.#gpu = options.gpu;
    this.#seed = options.seed;
    this.reservoir = parts.reservoir;
    this.images = parts.images;
    this.plan = parts.plan;
    this.#batch = parts.batch;
    this.#step = parts.step;
    this.#rows = parts.rows;
    this.#history = parts.history;
    this.submitter = new Submitter(options.gpu, parts.plan);
    this.#ring = new ReadbackRing(options.gpu, 'history', HISTORY * 16);
  }

  /** Allocates, compiles and lists everything. Throws `MemoryError`, `ShaderError`, `RangeError`. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    const { gpu, network, store, strategy, seed } = options;
    const { memory } = gpu;
    const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const batch = planBatch(strategy, options.strategyOptions);
    const { groups, rows: rowCount } = batch.layout;
    const classes = network.output.channels;

    const keeps = strategy.buffer !== 'none';
    const reservoir = keeps
      ? new Reservoir(
          options.bufferSize,
          new RandomStream(seed, STREAM.reservoir),
          new RandomStream(seed, STREAM.replay),
        )
      : null;
    const images = new ImageStore(gpu, 'images', 'task images', options.mostImages);
    const replay = keeps
      ? new ImageStore(gpu, 'replay', 'replay images', options.bufferSize)
      : images;
    const storedLogits = memory.allocate(
      'replay',
      'replay logits',
      keeps ? options.bufferSize * classes * 4 : 4,
      storage,
    );

    const step = new StepUniform(gpu, 'training', groups);
    const rows = memory.allocate('control', 'rows', batch.rows.bytes.byteLength, storage);
    const history = memory.allocate('control', 'history', HISTORY * 16, storage);

    const emit = new Emitter({ mode: 'train', rows: rowCount, groups, store, step: step.buffer });
    emitGather(emit, network.input, { rows, images, replay, statistics: options.statistics });
    for (const layer of network.layers) layer.forward(emit);
    const rowLoss = emitLoss(emit, network, { rows, storedLogits });
    emit.beginBackward();
    for (const layer of network.layers.toReversed()) layer.backward(emit);
    if (keeps) {
      emit.dispatch({
        label: 'store in replay buffer',
        kind: 'other',
        kernel: 'store_rows',
        parameters: { rows: rowCount, classes, stream_split: images.split },
        buffers: {
          rows,
          stream0: images.first,
          stream1: images.second,
          logits: emit.value(network.output),
          buffer_images: replay.first,
          stored_logits: storedLogits,
        },
        invocations: rowCount * (IMAGE_BYTES / 4 + classes),
      });
    }
    emitUpdate(emit);
    emit.dispatch({
      label: 'note the loss',
      kind: 'other',
      kernel: 'tally_step',
      parameters: { rows: rowCount },
      buffers: { rows, row_loss: rowLoss, history },
      invocations: 1,
    });
    const { plan } = await emit.finish(gpu, 'training', options.pool, {
      onProgress: options.onProgress,
    });
    return new Trainer(options, { reservoir, images, plan, batch, step, rows, history });
  }

  /** Multiply-accumulates of one step over all its rows. */
  get macs(): number {
    return this.plan.entries.reduce((sum, entry) => sum + entry.macs, 0);
  }

  /** Queues one step on the images `indices` of `task`. Waits only for the queue to have room. */
  async step(task: TrainingTask, indices: Uint32Array, scalars: StepScalars): Promise<void> {
    const { rows } = this.#batch;
    fillStep(
      this.#batch,
      { images: indices, targets: task.targets, task: task.index },
      this.reservoir,
    );
    this.#step.write({
      ...scalars,
      seed: this.#seed,
      taskFirst: task.firstHead,
      taskCount: task.labels.length,
      slot: this.#queued % HISTORY,
      live: rows.live,
    });
    this.#gpu.device.queue.writeBuffer(this.#rows, 0, rows.bytes);
    await this.submitter.run();
    this.#queued++;
  }

  /** Steps that are queued and whose results nobody has asked for yet. */
  get unread(): number {
    return this.#queued - this.#asked;
  }

  /** Whether results must be read before the next step, lest they be overwritten. */
  get full(): boolean {
    return this.unread >= HISTORY - HISTORY_MARGIN;
  }

  /**
   * Asks for the results of all steps queued so far, as far as they lie in one piece; `deliver` gets them
   * in order, later. False when the ring is busy or there is nothing to read.
   */
  read(deliver: (results: StepResult[]) => void): boolean {
    if (this.unread === 0) return false;
    const first = this.#asked % HISTORY;
    const count = Math.min(this.unread, HISTORY - first);
    const arriving = this.#ring.read(this.#history, first * 16, count * 16);
    if (!arriving) return false;
    this.#asked += count;
    const read = Promise.all([this.#reading, arriving]).then(([, data]) => {
      const values = new Float32Array(data);
      deliver(
        Array.from({ length: count }, (_, i) => ({
          loss: values[4 * i]!,
          right: values[4 * i + 1]!,
          images: values[4 * i + 2]!,
        })),
      );
    });
    // Whoever waits for `settled` hears of a failure; a lost device may leave nobody waiting.
    read.catch(() => undefined);
    this.#reading = read;
    return true;
  }

  /** Resolves when every result asked for has been delivered. */
  settled(): Promise<void> {
    return this.#reading;
  }
}

/**
 * Training steps on the GPU, one after another: the CPU decides which rows there are (`batch-plan.ts`), the
 * plan of the step (`training-step.ts`) does the rest, and results come back when somebody asks. Nothing
 * here allocates or waits once the trainer is made.
 */
import type { Gpu } from '../gpu/device.ts';
import type { Plan } from '../gpu/plan.ts';
import { ReadbackRing } from '../gpu/readback.ts';
import { RandomStream, STREAM } from '../gpu/rng.ts';
import { Submitter } from '../gpu/submitter.ts';
import type { ActivationPool } from '../nn/activation-pool.ts';
import type { StepValues } from '../nn/step.ts';
import { fillStep } from './batch-plan.ts';
import type { ImageStore } from './image-store.ts';
import { Reservoir } from './reservoir.ts';
import type { TrainingTask } from './stream.ts';
import type { Companion } from './strategy.ts';
import {
  allocateStepBuffers,
  HISTORY,
  listTrainingStep,
  type TrainingStep,
  type TrainingStepOptions,
} from './training-step.ts';

export interface TrainerOptions extends TrainingStepOptions {
  readonly pool: ActivationPool;
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

/** Kept free for what is in flight. */
const HISTORY_MARGIN = 16;

export class Trainer {
  readonly submitter: Submitter;
  /** The current task's images. */
  readonly images: ImageStore;
  readonly #gpu: Gpu;
  readonly #seed: number;
  readonly #step: TrainingStep;
  readonly #companion: Companion;
  readonly #ring: ReadbackRing;
  #queued = 0;
  #asked = 0;
  #reading: Promise<void> = Promise.resolve();

  private constructor(
    { gpu, seed }: TrainerOptions,
    images: ImageStore,
    step: TrainingStep,
    companion: Companion,
    readonly reservoir: Reservoir | null,
    readonly plan: Plan,
  ) {
    this.#gpu = gpu;
    this.#seed = seed;
    this.#step = step;
    this.#companion = companion;
    this.images = images;
    this.submitter = new Submitter(gpu, plan);
    this.#ring = new ReadbackRing(gpu, 'history', HISTORY * 16);
  }

  /** Allocates, compiles and lists everything. Throws `MemoryError`, `ShaderError`, `RangeError`. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    const { gpu, strategy, seed } = options;
    const reservoir =
      strategy.buffer === 'none'
        ? null
        : new Reservoir(
            options.bufferSize,
            new RandomStream(seed, STREAM.reservoir),
            new RandomStream(seed, STREAM.replay),
          );
    const buffers = allocateStepBuffers(options);
    const companion =
      (await strategy.companion?.({
        ...options,
        options: options.strategyOptions,
        variants: options.variants ?? {},
        images: buffers.images,
        replay: reservoir ? buffers.replay : null,
        reservoir,
      })) ?? {};
    const listed = listTrainingStep(options, buffers, companion);
    const { plan } = await listed.emit.finish(gpu, 'training', options.pool, {
      onProgress: options.onProgress,
    });
    return new Trainer(options, buffers.images, listed, companion, reservoir, plan);
  }

  /** Multiply-accumulates of one step over all its rows. */
  get macs(): number {
    return this.plan.entries.reduce((sum, entry) => sum + entry.macs, 0);
  }

  /** What the strategy does before a task whose images are on the GPU. A schedule point: it may wait. */
  async beginTask(task: TrainingTask): Promise<void> {
    await this.#companion.beginTask?.(task);
  }

  /** What the strategy does after a task's last step. A schedule point: it may wait. */
  async endTask(task: TrainingTask): Promise<void> {
    await this.submitter.idle();
    await this.#companion.endTask?.(task);
  }

  /** Queues one step on the images `indices` of `task`. Waits only for the queue to have room. */
  async step(task: TrainingTask, indices: Uint32Array, scalars: StepScalars): Promise<void> {
    const { batch, parts } = this.#step;
    fillStep(batch, { images: indices, targets: task.targets, task: task.index }, this.reservoir);
    for (const part of parts) {
      part.scalars.write({
        ...scalars,
        seed: this.#seed,
        taskFirst: task.firstHead,
        taskCount: task.labels.length,
        slot: this.#queued % HISTORY,
        live: batch.rows.live.subarray(part.firstGroup),
      });
    }
    this.#gpu.device.queue.writeBuffer(this.#step.rows, 0, batch.rows.bytes);
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
    const arriving = this.#ring.read(this.#step.history, first * 16, count * 16);
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

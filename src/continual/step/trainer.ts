/**
 * Training steps on the GPU, one after another: the CPU decides which rows there are (`batch-plan.ts`), the
 * plan of the step (`training-step.ts`) does the rest, and losses are read back when `read` is called. Once the
 * trainer is made, no step allocates or waits.
 */
import type { Gpu } from '../../gpu/device.ts';
import type { Plan } from '../../gpu/plan.ts';
import { ReadbackRing } from '../../gpu/readback.ts';
import { RandomStream, STREAM } from '../../gpu/rng.ts';
import type { Submitter } from '../../gpu/submitter.ts';
import type { ActivationPool } from '../../nn/compile/activation-pool.ts';
import type { StepValues } from '../../nn/compile/step.ts';
import { fillStep } from '../batch/batch-plan.ts';
import type { DenseGradients } from './dense-gradients.ts';
import type { GradientMask, GradientMaskOptions } from './gradient-mask.ts';
import { gradientSource, type GradientPasses } from './gradient-source.ts';
import type { ImageStore } from '../buffer/image-store.ts';
import type { GradientSource } from '../../sparse/mask/gradients.ts';
import type { PlanRuns } from './plan-runs.ts';
import { Reservoir } from '../buffer/reservoir.ts';
import type { SampleTally } from '../data-sparsity/sample-tally.ts';
import type { ScoreStep } from './score-step.ts';
import { listVariants } from './list-variants.ts';
import type { StepPlans } from './step-plans.ts';
import type { StepPlace, VariantSchedule } from './step-variant.ts';
import { outputCount, type TrainingTask } from '../stream/stream.ts';
import type { TaughtTask } from '../strategies/strategy.ts';
import { StrategyRun } from '../strategies/strategy-run.ts';
import {
  allocateStepBuffers,
  HISTORY,
  type TrainingStep,
  type TrainingStepOptions,
} from './training-step.ts';
import { ExecutedWork, type LiveUnits } from './executed-work.ts';

export interface TrainerOptions extends TrainingStepOptions {
  readonly pool: ActivationPool;
  readonly seed: number;
  readonly onProgress?: (done: number, of: number) => void;
  /** Leaves out gradients of live weights; all of them are computed and used if left out. */
  readonly gradientMask?: GradientMaskOptions;
  /** Several ways in which the step is listed, and when each is due; one way if left out. Not beside `gradientMask`. */
  readonly schedule?: VariantSchedule;
  /** What changes of the mask will ask `gradients` for, besides those of the last step. */
  readonly gradientPasses?: readonly GradientPasses[];
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

/** What a trainer has where gradients are chosen, or asked for beside the steps. */
interface TrainerGradients {
  readonly mask: GradientMask | null;
  readonly score: ScoreStep | null;
  readonly dense: DenseGradients | null;
}

/** Kept free for what is in flight. */
const HISTORY_MARGIN = 16;

export class Trainer {
  readonly submitter: Submitter;
  /** Of a step: where gradients are chosen, of one between two choices; under a schedule, of its first variant. */
  readonly plan: Plan;
  /** The current task's images. */
  readonly images: ImageStore;
  readonly #gpu: Gpu;
  readonly #seed: number;
  readonly #step: TrainingStep;
  readonly #ring: ReadbackRing;
  #queued = 0;
  #asked = 0;
  #reading: Promise<void> = Promise.resolve();

  readonly #options: TrainerOptions;
  readonly #gradients: TrainerGradients;
  readonly #plans: StepPlans;
  readonly #executed = new ExecutedWork();

  private constructor(
    options: TrainerOptions,
    images: ImageStore,
    step: TrainingStep,
    /** What the strategy does besides choosing rows. */
    readonly strategy: StrategyRun,
    readonly reservoir: Reservoir | null,
    /** Images of the reservoir, slot by slot. */
    readonly replay: ImageStore | null,
    /** What is counted image by image; null unless asked for. */
    readonly tally: SampleTally | null,
    plans: StepPlans,
    gradients: TrainerGradients,
  ) {
    const { gpu, seed } = options;
    this.#options = options;
    this.#gradients = gradients;
    this.#gpu = gpu;
    this.#seed = seed;
    this.#step = step;
    this.images = images;
    this.#plans = plans;
    const usual = gradients.mask?.usual ?? 0;
    this.submitter = plans.at(usual);
    this.plan = plans.plan(usual);
    this.#ring = new ReadbackRing(gpu, 'history', HISTORY * 16);
  }

  /** Allocates, compiles and lists everything. Throws `MemoryError`, `ShaderError`, `RangeError`. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    const { strategy, seed } = options;
    const reservoir =
      strategy.buffer === 'none'
        ? null
        : new Reservoir(
            options.strategyOptions.bufferSize,
            new RandomStream(seed, STREAM.reservoir),
            new RandomStream(seed, STREAM.replay),
          );
    const buffers = allocateStepBuffers(options);
    const strategyRun = await StrategyRun.create(strategy, {
      ...options,
      options: options.strategyOptions,
      variants: options.variants ?? {},
      images: buffers.images,
      replay: reservoir ? buffers.replay : null,
      reservoir,
      storedLogits: buffers.storedLogits,
    });
    const hooks = strategyRun.gradients;
    const { gradientMask, gradientPasses = [] } = options;
    if (gradientMask && options.schedule) {
      throw new RangeError('a step with a gradient mask is listed in two ways already');
    }
    // Loaded where asked for: most runs do without.
    const mask = gradientMask
      ? await (
          await import('./gradient-mask.ts')
        ).GradientMask.create({ step: options, buffers, hooks, reservoir }, gradientMask)
      : null;
    const { step: listed, plans } = mask ?? (await listVariants(options, buffers, hooks));
    const { images, tally } = buffers;
    const score = gradientPasses.includes('separate')
      ? await (
          await import('./score-step.ts')
        ).ScoreStep.create({
          ...options,
          images,
          replay: reservoir && buffers.replay,
          reservoir,
          batch: options.strategyOptions.batch,
          replayBatch: options.strategyOptions.replayBatch,
          ...(hooks.norms && { norms: hooks.norms }),
        })
      : null;
    const dense = gradientPasses.includes('dense')
      ? await (
          await import('./dense-gradients.ts')
        ).DenseGradients.create(options, buffers, hooks, listed)
      : null;
    const gradients = { mask, score, dense };
    const replay = reservoir && buffers.replay;
    return new Trainer(
      options,
      images,
      listed,
      strategyRun,
      reservoir,
      replay,
      tally,
      plans,
      gradients,
    );
  }

  /** Multiply-accumulates of one step over all its rows, under the mask that training begins with. */
  get macs(): number {
    return this.plan.entries.reduce((sum, entry) => sum + entry.macs, 0);
  }

  /**
   * What the strategy does before a task whose images are on the GPU. A schedule point: it may wait. Returns
   * what is trained on: the task, or what the strategy puts in its place.
   */
  async beginTask(task: TrainingTask): Promise<TaughtTask> {
    this.#gradients.mask?.forget();
    if (this.#gradients.mask) this.#gradients.mask.remeasure();
    else this.#plans.remeasureAllBut(0);
    this.#gradients.score?.remeasure();
    return this.strategy.beginTask(task, this.#queued);
  }

  /** What the strategy does in the middle of a task, at one of its `points`. A schedule point: it waits. */
  async atPoint(task: TrainingTask, point: number): Promise<void> {
    await this.idle();
    await this.strategy.atPoint(task, point);
  }

  /** Every plan that has run so far, and how often, with what it made under the masks that there were. */
  get work(): readonly PlanRuns[] {
    return this.#executed.mean(this.#runs());
  }

  /** The dispatches of `plan`, with what they make under the present mask. */
  get presentEntries(): Plan['entries'] {
    return this.#executed.now(this.plan.entries);
  }

  #runs(): readonly PlanRuns[] {
    const { mask, score, dense } = this.#gradients;
    return [
      ...(mask?.work ?? this.#plans.work),
      ...(score?.work ?? []),
      ...(dense ? [dense.work] : []),
      ...this.strategy.extraWork.map((extra) => ({ ...extra, published: false })),
    ];
  }

  /** Of the gradient mask, which layers have how many gradients; null where none is left out. */
  get gradientSlots(): GradientMask['slots'] | null {
    return this.#gradients.mask?.slots ?? null;
  }

  /** The mask of the weights has changed: what the next step computes is settled anew, and counted by what lives. */
  masksChanged(live: LiveUnits): void {
    this.#executed.close(this.#runs(), live);
    this.#gradients.mask?.forget();
  }

  /**
   * Gradients for a change of the mask before the step that would be made with the same arguments, of exactly its
   * batch where they are dense. A schedule point; `gradientPasses` must name what will be asked for.
   */
  gradients(task: TrainingTask, indices: Uint32Array, scalars: StepScalars): GradientSource {
    const { network, store } = this.#options;
    const { score, dense } = this.#gradients;
    // A copy of the reservoir draws as the reservoir will, without changing it.
    const queueStep = () => {
      this.#queueStep(task, indices, scalars, this.reservoir && twinOf(this.reservoir, this.#seed));
    };
    return gradientSource({ network, store, score, dense, queueStep, task, indices, scalars });
  }

  /** Resolves when every step queued so far is done. */
  async idle(): Promise<void> {
    await this.#plans.idle();
  }

  /** What the strategy does after a task's last step. A schedule point: it may wait. */
  async endTask(task: TrainingTask): Promise<void> {
    await this.idle();
    await this.strategy.endTask(task);
  }

  /**
   * Queues one step on the images `indices` of `task`; under a schedule of variants, `place` says which of them it goes
   * by. Waits only for the queue to have room.
   */
  async step(
    task: TrainingTask,
    indices: Uint32Array,
    scalars: StepScalars,
    place: StepPlace = { task: task.index, step: 0, steps: 1 },
  ): Promise<void> {
    const chosen = await this.#gradients.mask?.next(task, indices, scalars);
    const due = chosen ?? this.#plans.at(this.#options.schedule?.at(place) ?? 0);
    this.#queueStep(task, indices, scalars, this.reservoir);
    await due.run();
    this.#queued++;
  }

  /** Queues the records and scalars of a step. */
  #queueStep(
    task: TrainingTask,
    indices: Uint32Array,
    scalars: StepScalars,
    reservoir: Reservoir | null,
  ): void {
    const { batch, parts } = this.#step;
    const outputs = { first: task.firstOutput, count: outputCount(task) };
    const current = { images: indices, targets: task.targets, task: task.index, outputs };
    fillStep(batch, current, reservoir);
    for (const part of parts) {
      part.scalars.write({
        ...scalars,
        seed: this.#seed,
        taskFirst: task.firstOutput,
        taskCount: outputs.count,
        slot: this.#queued % HISTORY,
        live: batch.rows.live.subarray(part.firstGroup),
      });
    }
    this.#gpu.device.queue.writeBuffer(this.#step.rows, 0, batch.rows.bytes);
  }

  /** Queued steps whose results have not been asked for yet. */
  get unread(): number {
    return this.#queued - this.#asked;
  }

  /** Whether results must be read before the next step, which could overwrite them. */
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
    // A failure rejects `settled`. After a lost device nothing may be waiting for it, hence this handler.
    read.catch(() => undefined);
    this.#reading = read;
    return true;
  }

  /** Resolves when every result asked for has been delivered. */
  settled(): Promise<void> {
    return this.#reading;
  }
}

/** A reservoir that goes on as `reservoir` would. */
function twinOf(reservoir: Reservoir, seed: number): Reservoir {
  const twin = new Reservoir(
    reservoir.capacity,
    new RandomStream(seed, STREAM.reservoir),
    new RandomStream(seed, STREAM.replay),
  );
  twin.load(reservoir.save());
  return twin;
}

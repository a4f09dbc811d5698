/**
 * The gradients by which SparCL (Wang et al., NeurIPS 2022) judges weights: at the weights as they are, of
 *
 *     L̃, the cross-entropy of a current batch over the classes of its task alone, and of
 *     L, that of a batch from the replay buffer over all classes,
 *
 * one after the other, so that one gradient arena serves both. Each batch is a norm group of its own. Nothing else
 * moves: no weight, no statistic, no replay buffer, and no random stream of training, since what is drawn and how
 * it is cropped follows from the step's number by a stream of its own.
 */
import { defaultsOf } from '../../options/field.ts';
import type { Gpu } from '../../gpu/device.ts';
import { hashU32, RandomStream } from '../../gpu/rng.ts';
import type { ImageSet } from '../../data/image-set.ts';
import type { ActivationPool } from '../../nn/compile/activation-pool.ts';
import { Emitter } from '../../nn/compile/emitter.ts';
import type { Network } from '../../nn/compile/graph.ts';
import type { NormMode } from '../../nn/compile/norm-mode.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import { StepUniform, type StepValues } from '../../nn/compile/step.ts';
import { chosenFrom, type VariantTable } from '../../nn/compile/variants.ts';
import { fillStep, planBatch, type BatchPlan, type CurrentBatch } from '../batch/batch-plan.ts';
import { emitPass } from '../batch/emit-pass.ts';
import { GradientPass, readGradients } from './gradient-pass.ts';
import type { ImageStore } from '../buffer/image-store.ts';
import type { Gradients } from '../../sparse/mask/gradients.ts';
import type { PlanRuns } from './plan-runs.ts';
import type { Reservoir } from '../buffer/reservoir.ts';
import type { RowTerms } from '../batch/draw.ts';
import { COMMON_FIELDS } from '../strategies/fields.ts';
import type { Strategy } from '../strategies/strategy.ts';
import { outputCount, type TrainingTask } from '../stream/stream.ts';
import type { StepMemory } from './training-step.ts';

/** The random stream of scores, apart from those of `STREAM`. */
const SCORE_STREAM = 0x5343;

/** Which images a pass is on. */
export type ScoreGroup = 'current' | 'buffer';

export interface ScoreStepOptions extends StepMemory {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly store: ParameterStore;
  readonly pool: ActivationPool;
  readonly images: ImageStore;
  /** Null for a strategy without a buffer, as is `reservoir`. */
  readonly replay: ImageStore | null;
  readonly reservoir: Reservoir | null;
  /** Images of a current batch and of one from the buffer, at most. */
  readonly batch: number;
  readonly replayBatch: number;
  readonly statistics: Pick<ImageSet, 'mean' | 'std'>;
  readonly variants?: VariantTable;
  readonly seed: number;
  /** What norms go by, as in the training step; the batch's statistics if left out. */
  readonly norms?: NormMode;
  /** Follows the backward pass of a group, whose gradients are in the arena then. */
  readonly emitAfterBackward?: (emit: Emitter, group: ScoreGroup) => void;
}

/** Of a step's scalars what a pass without an update needs. */
export type ScoreScalars = Pick<StepValues, 'step' | 'augment'>;

interface Group {
  readonly batch: BatchPlan;
  readonly rows: GPUBuffer;
  readonly scalars: StepUniform;
  readonly pass: GradientPass;
}

/** A batch that is one draw, each row of which pays its cross-entropy. */
const scoring = (classes: RowTerms['classes'] & string): Strategy => ({
  name: 'score',
  title: 'Scores of weights',
  buffer: 'none',
  stream: 'tasks',
  reads: [],
  draws: ({ batch }) => [
    { from: 'stream', rows: batch, normGroup: 0, terms: { crossEntropy: 1, classes } },
  ],
});

export class ScoreStep {
  readonly #options: ScoreStepOptions;
  readonly #current: Group;
  readonly #buffer: Group | null;

  private constructor(options: ScoreStepOptions, current: Group, buffer: Group | null) {
    this.#options = options;
    this.#current = current;
    this.#buffer = buffer;
  }

  /** Allocates, compiles and lists both passes. Throws `MemoryError`, `ShaderError`. */
  static async create(options: ScoreStepOptions): Promise<ScoreStep> {
    const { images, replay, batch, replayBatch } = options;
    const current = await listGroup(options, 'current', images, batch);
    const buffer = replay ? await listGroup(options, 'buffer', replay, replayBatch) : null;
    return new ScoreStep(options, current, buffer);
  }

  /** What has run, for a ledger. */
  get work(): PlanRuns[] {
    return [this.#current, ...(this.#buffer ? [this.#buffer] : [])].map(({ pass }) => ({
      entries: pass.plan.entries,
      runs: pass.submitter.runs,
      published: false,
    }));
  }

  /**
   * Runs both passes on the images `indices` of `task` and a draw from the buffer; `after` is awaited after each,
   * while the store's gradients are its. There is nothing to judge the past by in the first task, nor while the
   * buffer is empty: then the buffer's pass is left out, and the result says so.
   */
  async run(
    task: TrainingTask,
    indices: Uint32Array,
    scalars: ScoreScalars,
    after: (group: ScoreGroup) => Promise<void> = () => Promise.resolve(),
  ): Promise<{ readonly buffer: boolean }> {
    const { reservoir, replayBatch, seed } = this.#options;
    const outputs = { first: task.firstOutput, count: outputCount(task) };
    const { index, targets } = task;
    await this.#pass(this.#current, { images: indices, targets, task: index, outputs }, scalars, 0);
    await after('current');
    if (!this.#buffer || !reservoir || reservoir.filled === 0 || index === 0) {
      return { buffer: false };
    }
    // A stream for each step, so that nothing needs to be kept between two of them.
    const draws = new RandomStream(hashU32(seed, SCORE_STREAM, scalars.step), SCORE_STREAM);
    const slots = draws.sample(reservoir.filled, Math.min(replayBatch, reservoir.filled));
    const replayed = { images: slots, targets: reservoir.labels, task: index, outputs };
    await this.#pass(this.#buffer, replayed, scalars, 1);
    await after('buffer');
    return { buffer: true };
  }

  /** As `run`, and brings the gradients of the sparse weights. A schedule point: it waits. */
  async read(
    task: TrainingTask,
    indices: Uint32Array,
    scalars: ScoreScalars,
  ): Promise<{ readonly current: Gradients; readonly buffer: Gradients | null }> {
    const { network, store } = this.#options;
    const read = new Map<ScoreGroup, Gradients>();
    await this.run(task, indices, scalars, async (group) => {
      read.set(group, await readGradients(network, store));
    });
    return { current: read.get('current')!, buffer: read.get('buffer') ?? null };
  }

  /** Has the passes timed anew. */
  remeasure(): void {
    this.#current.pass.submitter.remeasure();
    this.#buffer?.pass.submitter.remeasure();
  }

  async #pass(
    { batch, rows, scalars: uniform, pass }: Group,
    current: CurrentBatch,
    { step, augment }: ScoreScalars,
    group: number,
  ): Promise<void> {
    const { gpu, seed } = this.#options;
    fillStep(batch, current, null);
    uniform.write({
      seed: hashU32(seed, SCORE_STREAM, 0xffffffff - group),
      step,
      taskFirst: current.outputs.first,
      taskCount: current.outputs.count,
      rate: 0,
      momentum: 0,
      weightDecay: 0,
      update: 1,
      augment,
      slot: 0,
      live: batch.rows.live,
    });
    gpu.device.queue.writeBuffer(rows, 0, batch.rows.bytes);
    await pass.run();
  }
}

/** The pass of one group, whose images lie in `images`: those of a task, or of the replay buffer by their slots. */
async function listGroup(
  options: ScoreStepOptions,
  group: ScoreGroup,
  images: ImageStore,
  most: number,
): Promise<Group> {
  const { gpu, network, store, pool, statistics } = options;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const strategy = scoring(group === 'current' ? 'task' : 'all');
  const batch = planBatch(strategy, { ...defaultsOf(COMMON_FIELDS), batch: most });
  const label = `score of the ${group}`;
  const rows = gpu.memory.allocate('control', `${label}, rows`, batch.rows.bytes.byteLength, usage);
  const none = gpu.memory.allocate('control', 'no stored logits', 16, usage);
  const scalars = new StepUniform(gpu, label, batch.layout.groups);
  const emit = new Emitter({
    norms: options.norms ?? 'batch',
    store,
    activations: options.activations ?? 'f32',
    recompute: options.recompute ?? false,
    variants: chosenFrom(options.variants ?? {}),
    rows: batch.layout.rows,
    groups: batch.layout.groups,
    step: scalars.buffer,
  });
  emitPass(emit, {
    to: 'gradients',
    network,
    batch: { rows, images, replay: images, statistics },
    storedLogits: none,
  });
  options.emitAfterBackward?.(emit, group);
  const { plan } = await emit.finish(gpu, label, pool);
  return { batch, rows, scalars, pass: new GradientPass(gpu, store, plan) };
}

/**
 * Accuracy on every task, counted on the GPU: the test images lie there, batches of one task at a time run
 * forward with running statistics, and two counts a task come back at the end.
 */
import type { Gpu } from '../../gpu/device.ts';
import { ReadbackRing } from '../../gpu/readback.ts';
import { Submitter } from '../../gpu/submitter.ts';
import type { ImageSet } from '../../data/image-set.ts';
import type { ActivationPool, Virtual } from '../../nn/compile/activation-pool.ts';
import { Emitter } from '../../nn/compile/emitter.ts';
import type { Network } from '../../nn/compile/graph.ts';
import type { ParameterStore } from '../../nn/tensor/parameter-store.ts';
import { StepUniform } from '../../nn/compile/step.ts';
import { chosenFrom, type VariantTable } from '../../nn/compile/variants.ts';
import { ROW_FIELDS, ROW_SOURCE } from '../batch/batch-plan.ts';
import { emitPass } from '../batch/emit-pass.ts';
import { ImageStore } from '../buffer/image-store.ts';
import type { NearestMean } from './nearest-mean.ts';
import type { StreamTask } from '../stream/stream.ts';

export interface EvaluatorOptions {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly store: ParameterStore;
  readonly pool: ActivationPool;
  /** The tasks with the output index of each test image; images lie task after task. */
  readonly tasks: readonly { readonly task: StreamTask; readonly targets: Uint16Array }[];
  readonly statistics: Pick<ImageSet, 'mean' | 'std'>;
  /** Images of one batch. */
  readonly rows: number;
  /** Which kernels do the convolutions; the default ones if left out. */
  readonly variants?: VariantTable;
  /** Classifies in place of the head as soon as any class has a mean. */
  readonly nearestMean?: NearestMean | null;
}

/** Accuracy on each task, in [0, 1]. */
export interface HeadAccuracies {
  /** The arg-max over all outputs. */
  readonly classIncremental: number[];
  /** The arg-max over the task's own outputs. */
  readonly taskIncremental: number[];
}

/** What a strategy classifies by: the head or, where there are means of classes, the nearest of them. */
export interface Accuracies extends HeadAccuracies {
  /** What the head alone gives, where that is not what counts. */
  readonly head?: HeadAccuracies;
}

export class Evaluator {
  /** Test images, task after task. */
  readonly images: ImageStore;
  readonly #gpu: Gpu;
  readonly #options: EvaluatorOptions;
  readonly #submitter: Submitter;
  readonly #step: StepUniform;
  readonly #rows: GPUBuffer;
  readonly #counts: GPUBuffer;
  readonly #nearestCounts: GPUBuffer | null;
  readonly #ring: ReadbackRing;
  readonly #records: Uint32Array<ArrayBuffer>;

  private constructor(
    options: EvaluatorOptions,
    images: ImageStore,
    submitter: Submitter,
    buffers: {
      step: StepUniform;
      rows: GPUBuffer;
      counts: GPUBuffer;
      nearestCounts: GPUBuffer | null;
    },
  ) {
    this.#gpu = options.gpu;
    this.#options = options;
    this.images = images;
    this.#submitter = submitter;
    this.#step = buffers.step;
    this.#rows = buffers.rows;
    this.#counts = buffers.counts;
    this.#nearestCounts = buffers.nearestCounts;
    this.#records = emptyRecords(options.rows);
    this.#ring = new ReadbackRing(options.gpu, 'counts', options.tasks.length * 16);
  }

  static async create(options: EvaluatorOptions): Promise<Evaluator> {
    const { gpu, network, store, rows: rowCount, tasks } = options;
    const { memory } = gpu;
    const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const total = tasks.reduce((sum, { targets }) => sum + targets.length, 0);
    const images = new ImageStore(gpu, 'evaluation', 'test images', total);
    const groups = [{ start: 0, padded: rowCount }];
    const step = new StepUniform(gpu, 'evaluation', groups);
    const rows = memory.allocate('control', 'rows', ROW_FIELDS.length * rowCount * 4, storage);
    const countsFor = (label: string) =>
      memory.allocate('control', label, tasks.length * 16, storage);
    const counts = countsFor('evaluation counts');
    const nearestCounts = options.nearestMean ? countsFor('evaluation counts, nearest mean') : null;
    const none = memory.allocate('control', 'no stored logits', 16, storage);
    const emit = new Emitter({
      norms: 'running',
      rows: rowCount,
      groups,
      store,
      step: step.buffer,
      variants: chosenFrom(options.variants ?? {}),
    });
    const rowLoss = emitPass(emit, {
      to: 'loss',
      network,
      batch: { rows, images, replay: images, statistics: options.statistics },
      storedLogits: none,
    });
    const emitCount = (perRow: Virtual, into: GPUBuffer) => {
      emit.dispatch({
        label: 'count',
        kind: 'other',
        kernel: 'tally_evaluation',
        parameters: { rows: rowCount },
        buffers: { row_loss: perRow, counts: into },
        invocations: 1,
      });
    };
    emitCount(rowLoss, counts);
    if (options.nearestMean && nearestCounts) {
      emitCount(options.nearestMean.emit(emit, rows), nearestCounts);
    }
    const { plan } = await emit.finish(gpu, 'evaluation', options.pool);
    return new Evaluator(options, images, new Submitter(gpu, plan), {
      ...{ step, rows, counts, nearestCounts },
    });
  }

  /** Evaluates all tasks with the parameters as they are. A schedule point: it waits for the result. */
  async run(onProgress: (task: number) => void = () => undefined): Promise<Accuracies> {
    const { tasks, rows } = this.#options;
    const { queue } = this.#gpu.device;
    const both = [this.#counts, ...(this.#nearestCounts ? [this.#nearestCounts] : [])];
    for (const counts of both) queue.writeBuffer(counts, 0, new Uint32Array(4 * tasks.length));
    const plane = {
      source: ROW_FIELDS.indexOf('source') * rows,
      index: ROW_FIELDS.indexOf('index') * rows,
      label: ROW_FIELDS.indexOf('label') * rows,
    };
    let first = 0;
    for (const { task, targets } of tasks) {
      onProgress(task.index);
      for (let at = 0; at < targets.length; at += rows) {
        const live = Math.min(rows, targets.length - at);
        for (let row = 0; row < rows; row++) {
          this.#records[plane.source + row] = row < live ? ROW_SOURCE.stream : ROW_SOURCE.none;
          this.#records[plane.index + row] = row < live ? first + at + row : 0;
          this.#records[plane.label + row] = row < live ? targets[at + row]! : 0;
        }
        queue.writeBuffer(this.#rows, 0, this.#records);
        this.#step.write({
          seed: 0,
          step: 0,
          taskFirst: task.firstOutput,
          taskCount: task.labels.length,
          rate: 0,
          momentum: 0,
          weightDecay: 0,
          update: 0,
          augment: false,
          slot: task.index,
          live: [live],
        });
        await this.#submitter.run();
      }
      first += targets.length;
    }
    const head = await this.#shares(this.#counts);
    if (!this.#nearestCounts || this.#options.nearestMean?.ready !== true) return head;
    return { ...(await this.#shares(this.#nearestCounts)), head };
  }

  async #shares(counted: GPUBuffer): Promise<HeadAccuracies> {
    const { tasks } = this.#options;
    const arriving = this.#ring.read(counted, 0, tasks.length * 16)!;
    const counts = new Uint32Array(await arriving);
    return {
      classIncremental: tasks.map((_, j) => counts[4 * j]! / counts[4 * j + 2]!),
      taskIncremental: tasks.map((_, j) => counts[4 * j + 1]! / counts[4 * j + 2]!),
    };
  }
}

/** Records that ask for nothing but a classification: no loss term, temperature 1, no slots. */
function emptyRecords(rows: number): Uint32Array<ArrayBuffer> {
  const records = new Uint32Array(ROW_FIELDS.length * rows);
  const temperature = ROW_FIELDS.indexOf('temperature') * rows;
  new Float32Array(records.buffer).fill(1, temperature, temperature + rows);
  records.fill(0xffffffff, ROW_FIELDS.indexOf('logitSlot') * rows);
  return records;
}

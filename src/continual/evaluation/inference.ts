/**
 * Runs the network forward in evaluation mode on stored images, batch by batch and without augmentation, and gives the
 * values of one tensor for each image. Strategies do so at schedule points: for logits to store, or for features by
 * which exemplars are chosen.
 */
import { ReadbackRing } from '../../gpu/readback.ts';
import { Submitter } from '../../gpu/submitter.ts';
import type { Plan } from '../../gpu/plan.ts';
import { Emitter } from '../../nn/compile/emitter.ts';
import { StepUniform } from '../../nn/compile/step.ts';
import type { Tensor } from '../../nn/tensor/tensor.ts';
import { chosenFrom } from '../../nn/compile/variants.ts';
import { ROW_FIELDS, ROW_SOURCE } from '../batch/batch-plan.ts';
import type { Draw } from '../batch/draw.ts';
import { emitPass } from '../batch/emit-pass.ts';
import type { ExtraWork, StrategyContext } from '../strategies/strategy.ts';

/** What a forward pass over stored images takes. */
type InferenceContext = Pick<
  StrategyContext,
  'gpu' | 'network' | 'store' | 'pool' | 'options' | 'statistics' | 'variants' | 'images' | 'replay'
>;

export class Inference {
  /** Values of an image. */
  readonly channels: number;
  readonly #context: InferenceContext;
  readonly #rowCount: number;
  readonly #plan: Plan;
  readonly #submitter: Submitter;
  readonly #step: StepUniform;
  readonly #rows: GPUBuffer;
  readonly #result: GPUBuffer;
  readonly #ring: ReadbackRing;

  private constructor(
    context: InferenceContext,
    { channels }: Tensor,
    plan: Plan,
    buffers: { step: StepUniform; rows: GPUBuffer; result: GPUBuffer; rowCount: number },
  ) {
    const { gpu } = context;
    this.channels = channels;
    this.#context = context;
    this.#rowCount = buffers.rowCount;
    this.#plan = plan;
    this.#submitter = new Submitter(gpu, plan);
    this.#step = buffers.step;
    this.#rows = buffers.rows;
    this.#result = buffers.result;
    this.#ring = new ReadbackRing(gpu, 'inference', buffers.rowCount * channels * 4);
  }

  /** For a tensor of one pixel: logits, or features. Throws `MemoryError`, `ShaderError`, `RangeError`. */
  static async create(context: InferenceContext, tensor: Tensor): Promise<Inference> {
    const { gpu, network, store, options, images, replay, statistics } = context;
    if (tensor.height * tensor.width !== 1) {
      throw new RangeError(`${tensor.name} has ${tensor.height * tensor.width} pixels, not one`);
    }
    const rowCount = Math.ceil(options.batch / 4) * 4;
    const groups = [{ start: 0, padded: rowCount }];
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const { memory } = gpu;
    const step = new StepUniform(gpu, 'inference', groups);
    const bytes = ROW_FIELDS.length * rowCount * 4;
    const rows = memory.allocate('control', 'inference rows', bytes, usage);
    const size = rowCount * tensor.channels * 4;
    const result = memory.allocate('evaluation', `inference of ${tensor.name}`, size, usage);
    const emit = new Emitter({
      norms: 'running',
      rows: rowCount,
      groups,
      store,
      step: step.buffer,
      variants: chosenFrom(context.variants),
    });
    const batch = { rows, images, replay: replay ?? images, statistics };
    emitPass(emit, { to: 'logits', network, batch });
    emit.dispatch({
      label: `read ${tensor.name}`,
      kind: 'other',
      kernel: 'row_major',
      parameters: { rows: rowCount, channels: tensor.channels },
      buffers: { values: emit.value(tensor), result },
      invocations: rowCount * tensor.channels,
    });
    const { plan } = await emit.finish(gpu, 'inference', context.pool);
    return new Inference(context, tensor, plan, { step, rows, result, rowCount });
  }

  /** What has run so far. */
  get work(): ExtraWork {
    return { entries: this.#plan.entries, runs: this.#submitter.runs };
  }

  /** Queues the values of images of a store, to lie in `result`, [rows][channels], from row `at` on. */
  async into(
    result: GPUBuffer,
    at: number,
    from: Draw['from'],
    indices: Iterable<number>,
  ): Promise<void> {
    const { device } = this.#context.gpu;
    const bytes = this.channels * 4;
    let row = at;
    for (const batch of chunks(indices, this.#rowCount)) {
      await this.#forward(from, batch);
      const encoder = device.createCommandEncoder({ label: 'keep inference' });
      encoder.copyBufferToBuffer(this.#result, 0, result, row * bytes, batch.length * bytes);
      device.queue.submit([encoder.finish()]);
      row += batch.length;
    }
  }

  /** The values of images of a store, [images][channels]. Waits for them. */
  async read(from: Draw['from'], indices: Iterable<number>): Promise<Float32Array> {
    const wanted = [...indices];
    const values = new Float32Array(wanted.length * this.channels);
    let at = 0;
    for (const batch of chunks(wanted, this.#rowCount)) {
      await this.#forward(from, batch);
      const length = batch.length * this.channels;
      // One reading at a time: the ring is never busy.
      const data = await this.#ring.read(this.#result, 0, length * 4)!;
      values.set(new Float32Array(data), at);
      at += length;
    }
    return values;
  }

  async #forward(from: Draw['from'], batch: readonly number[]): Promise<void> {
    const records = new Uint32Array(ROW_FIELDS.length * this.#rowCount);
    records.fill(ROW_SOURCE[from], 0, batch.length);
    records.set(batch, ROW_FIELDS.indexOf('index') * this.#rowCount);
    this.#context.gpu.device.queue.writeBuffer(this.#rows, 0, records);
    this.#step.write({
      seed: 0,
      step: 0,
      taskFirst: 0,
      taskCount: 0,
      rate: 0,
      momentum: 0,
      weightDecay: 0,
      update: 0,
      augment: false,
      slot: 0,
      live: [batch.length],
    });
    await this.#submitter.run();
  }
}

function* chunks(values: Iterable<number>, length: number): Generator<number[]> {
  const all = [...values];
  for (let at = 0; at < all.length; at += length) yield all.slice(at, at + length);
}

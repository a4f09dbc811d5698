/**
 * Runs layers on the device of this runtime for the kernel tests: values go in and come out as PyTorch has
 * them ([N][C][H][W], live rows only), the harness pads, transposes and plans.
 */
import { openGpu, type Gpu } from '../../src/gpu/device.ts';
import { readBuffer } from '../../src/gpu/readback.ts';
import { Submitter } from '../../src/gpu/submitter.ts';
import { ActivationPool } from '../../src/nn/activation-pool.ts';
import { Emitter } from '../../src/nn/emitter.ts';
import { GraphBuilder, tensor, type Network, type Tensor } from '../../src/nn/graph.ts';
import { ParameterStore } from '../../src/nn/parameters.ts';
import { StepUniform, type StepValues } from '../../src/nn/step.ts';
import { testGpu } from '../setup/device.ts';

export interface Group {
  readonly capacity: number;
  readonly live: number;
}

export interface Extent {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Any number that would be noticed if a padded row counted. */
const GARBAGE = 7.5;

let opened: Promise<Gpu> | undefined;

/** The device of this test process, opened once. */
export function gpu(): Promise<Gpu> {
  return (opened ??= (async () => {
    const result = await openGpu(await testGpu());
    if (!result.ok) throw new Error(result.message);
    return result.gpu;
  })());
}

/** Fails if the device found anything wrong that no scope caught. */
export async function noErrors(): Promise<void> {
  const { device, errors } = await gpu();
  await device.queue.onSubmittedWorkDone();
  if (errors.length > 0) throw new Error(errors.join('\n'));
}

export const STEP: StepValues = {
  seed: 1,
  step: 0,
  taskFirst: 0,
  taskCount: 1,
  rate: 0,
  momentum: 0,
  weightDecay: 0,
  update: 1,
  augment: false,
  slot: 0,
  live: [],
};

export const storage = (): GPUBufferUsageFlags =>
  GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

/** Rows of each group padded to 4: where live row i of the batch lies, and rows in all. */
export function layout(groups: readonly Group[]) {
  const rows: number[] = [];
  const ranges: { start: number; padded: number }[] = [];
  let start = 0;
  for (const { capacity, live } of groups) {
    const padded = Math.ceil(capacity / 4) * 4;
    ranges.push({ start, padded });
    for (let i = 0; i < live; i++) rows.push(start + i);
    start += padded;
  }
  return { rows, ranges, total: start };
}

/** [n][C][P] to [C][P][N] with row i at `rows[i]` and `filler` elsewhere. */
export function toBatchInnermost(
  values: ArrayLike<number>,
  area: number,
  rows: readonly number[],
  total: number,
  filler = 0,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(area * total).fill(filler);
  rows.forEach((row, i) => {
    for (let e = 0; e < area; e++) out[e * total + row] = values[i * area + e]!;
  });
  return out;
}

/** The inverse, for the rows named. */
export function fromBatchInnermost(
  values: Float32Array,
  area: number,
  rows: readonly number[],
  total: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows.length * area);
  rows.forEach((row, i) => {
    for (let e = 0; e < area; e++) out[i * area + e] = values[e * total + row]!;
  });
  return out;
}

export interface LayerRun {
  /** Writes layers into the graph; the input tensors want gradients. */
  readonly build: (graph: GraphBuilder, inputs: readonly Tensor[]) => Tensor;
  /** Live rows of each input. */
  readonly inputs: readonly { readonly extent: Extent; readonly values: ArrayLike<number> }[];
  readonly groups: readonly Group[];
  readonly parameters?: Readonly<Record<string, ArrayLike<number>>>;
  readonly running?: Readonly<
    Record<string, { readonly mean: ArrayLike<number>; readonly variance: ArrayLike<number> }>
  >;
  /** Gradient of the output, live rows; padded rows get 0, as the loss gives them. Left out: evaluation. */
  readonly gradient?: ArrayLike<number>;
}

export interface LayerResult {
  readonly output: Float32Array;
  readonly inputGradients: readonly Float32Array[];
  readonly parameterGradients: Readonly<Record<string, Float32Array>>;
  readonly running: Readonly<Record<string, { mean: Float32Array; variance: Float32Array }>>;
}

/** Runs the layers forward, and backward if a gradient is given, and reads everything. */
export async function runLayers(run: LayerRun): Promise<LayerResult> {
  const device = await gpu();
  const { rows, ranges, total } = layout(run.groups);
  const graph = new GraphBuilder(1, 1, 1);
  const inputs = run.inputs.map(({ extent }, i) =>
    tensor(`x${i}`, extent.channels, extent.height, extent.width),
  );
  const output = run.build(graph, inputs);
  const network: Network = { name: 'test', input: inputs[0]!, output, layers: graph.layers };
  const store = new ParameterStore(device, network, 'sgd');
  store.initialize(1);
  for (const [name, values] of Object.entries(run.parameters ?? {})) {
    store.write(name, Float32Array.from(values));
  }
  for (const [name, { mean, variance }] of Object.entries(run.running ?? {})) {
    store.writeRunning(name, mean, variance);
  }
  const training = run.gradient !== undefined;
  const step = new StepUniform(device, 'test', ranges);
  step.write({ ...STEP, live: run.groups.map(({ live }) => live) });
  const emit = new Emitter({
    mode: training ? 'train' : 'evaluate',
    rows: total,
    groups: ranges,
    store,
    step: step.buffer,
  });
  for (const layer of network.layers) layer.forward(emit);
  if (training) {
    emit.accumulates(output);
    for (const layer of network.layers.toReversed()) layer.backward(emit);
  }
  const { plan, resolved } = await emit.finish(device, 'test', new ActivationPool(device), {
    keepAll: true,
  });
  const area = (x: Tensor) => x.channels * x.height * x.width;
  const { queue } = device.device;
  inputs.forEach((x, i) => {
    const values = toBatchInnermost(run.inputs[i]!.values, area(x), rows, total, GARBAGE);
    queue.writeBuffer(resolved.get(emit.value(x))!, 0, values);
  });
  if (run.gradient) {
    const values = toBatchInnermost(run.gradient, area(output), rows, total);
    queue.writeBuffer(resolved.get(emit.gradient(output))!, 0, values);
  }
  await new Submitter(device, plan).run();
  const read = async (x: Tensor, of: 'value' | 'gradient') => {
    const buffer = resolved.get(emit[of](x))!;
    const bytes = area(x) * total * 4;
    const values = new Float32Array(await readBuffer(device, buffer, 0, bytes));
    return fromBatchInnermost(values, area(x), rows, total);
  };
  const result: LayerResult = {
    output: await read(output, 'value'),
    inputGradients: training ? await Promise.all(inputs.map((x) => read(x, 'gradient'))) : [],
    parameterGradients: Object.fromEntries(
      await Promise.all(
        store.names.map(async (name) => [name, await store.readGradient(name)] as const),
      ),
    ),
    running: Object.fromEntries(
      await Promise.all(
        store.runningNames.map(async (name) => [name, await store.readRunning(name)] as const),
      ),
    ),
  };
  await noErrors();
  device.memory.releaseAll();
  return result;
}

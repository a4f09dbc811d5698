/**
 * Runs layers on the device of this runtime for the kernel tests: values go in and come out as PyTorch has
 * them ([N][C][H][W], live rows only), the harness pads, transposes and plans.
 */
import type { Gpu } from '../../src/gpu/device.ts';
import { GraphBuilder, type Network } from '../../src/nn/compile/graph.ts';
import type { ChannelChoice } from '../../src/nn/tensor/channel-subset.ts';
import { tensor, type Tensor } from '../../src/nn/tensor/tensor.ts';
import type { ParameterStore } from '../../src/nn/tensor/parameter-store.ts';
import { fromBatchInnermost, toBatchInnermost, type Group } from './batch.ts';
import { noErrors, readFloats, readLists } from './engine.ts';
import { areaOf, frame, GARBAGE, networkOf, type FrameOptions } from './frame.ts';
import { packHalves, unpackHalves } from './halves.ts';

export interface Extent {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** With `accumulate`, gradients of parameters add to `GARBAGE`; with halves, inputs are rounded to them. */
export interface LayerRun extends Pick<FrameOptions, 'variants' | 'activations' | 'accumulate'> {
  /** Writes layers into the graph; the input tensors want gradients. */
  readonly build: (graph: GraphBuilder, inputs: readonly Tensor[]) => Tensor;
  /** Live rows of each input; padded rows hold garbage. */
  readonly inputs: readonly { readonly extent: Extent; readonly values: ArrayLike<number> }[];
  readonly groups: readonly Group[];
  readonly parameters?: Readonly<Record<string, ArrayLike<number>>>;
  /** Index lists of sparse parameters, in the place of the random ones. */
  readonly lists?: Readonly<Record<string, Uint32Array>>;
  /** Which channels of inner tensors exist; all if left out. */
  readonly channelsFor?: ChannelChoice;
  /** Whether dead entries get gradients too, as those of dense storage under a mask do. */
  readonly deadGradients?: boolean;
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
  const graph = new GraphBuilder(1, 1, 1, undefined, run.channelsFor);
  const inputs = run.inputs.map(({ extent }, i) =>
    tensor(`x${i}`, extent.channels, extent.height, extent.width),
  );
  const output = run.build(graph, inputs);
  const network = networkOf(output, graph.layers);
  const training = run.gradient !== undefined;
  const { variants, activations = 'f32', accumulate = 0 } = run;
  const norms = training ? 'batch' : 'running';
  const framed = await frame(network, run.groups, {
    ...{ norms, activations, accumulate },
    ...(variants && { variants }),
  });
  const { device, store, emit } = framed;
  for (const [name, words] of Object.entries(run.lists ?? {})) store.writeLists(name, words);
  if (accumulate === 1) gradientsAreGarbage(device, network, store, run.lists ?? {});
  for (const [name, values] of Object.entries(run.parameters ?? {})) {
    store.write(name, Float32Array.from(values));
  }
  for (const [name, { mean, variance }] of Object.entries(run.running ?? {})) {
    store.writeRunning(name, mean, variance);
  }
  for (const layer of network.layers) layer.forward(emit);
  if (training) {
    emit.accumulates(output);
    emit.beginBackward();
    for (const layer of network.layers.toReversed()) layer.backward(emit);
  }
  const plan = await framed.plan();
  inputs.forEach((x, i) => {
    const { values } = run.inputs[i]!;
    const arranged = toBatchInnermost(values, areaOf(x), framed, GARBAGE);
    plan.write(emit.value(x), emit.half(x) ? packHalves(arranged) : arranged);
  });
  if (run.gradient) {
    const values = toBatchInnermost(run.gradient, areaOf(output), framed);
    plan.write(emit.gradient(output), values);
  }
  await plan.submitter.run();
  const read = async (x: Tensor, of: 'value' | 'gradient') => {
    const numbers = areaOf(x) * framed.total;
    const buffer = plan.buffer(emit[of](x));
    const values =
      of === 'value' && emit.half(x)
        ? unpackHalves(await readFloats(device, buffer, numbers / 2))
        : await readFloats(device, buffer, numbers);
    return fromBatchInnermost(values, areaOf(x), framed);
  };
  const named = async <Value>(names: readonly string[], get: (name: string) => Promise<Value>) =>
    Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await get(name)] as const)),
    );
  const result: LayerResult = {
    output: await read(output, 'value'),
    inputGradients: training ? await Promise.all(inputs.map((x) => read(x, 'gradient'))) : [],
    parameterGradients: await named(store.names, (name) => store.readGradient(name)),
    running: await named(store.runningNames, (name) => store.readRunning(name)),
  };
  if (training && accumulate === 0)
    await paddingIsZero(device, network, store, run.deadGradients ?? false);
  await noErrors();
  device.memory.releaseAll();
  return result;
}

/** What gradients add to: where weights live by the lists of the run, not by those that `frame` went by. */
function gradientsAreGarbage(
  { device }: Gpu,
  { layers }: Network,
  store: ParameterStore,
  lists: NonNullable<LayerRun['lists']>,
) {
  for (const parameter of layers.flatMap(({ parameters }) => parameters)) {
    const { name, shape } = parameter;
    const size = shape.reduce((product, extent) => product * extent, 1);
    const values = parameter.pack(new Float32Array(size).fill(GARBAGE), lists[name]);
    device.queue.writeBuffer(store.gradients, store.at(name) * 4, values);
  }
}

/** The update moves the padding of the arena too, so the kernels must leave an exact 0 there. */
async function paddingIsZero(
  device: Gpu,
  { layers }: Network,
  store: ParameterStore,
  deadGradients: boolean,
) {
  const arena = await readFloats(device, store.gradients);
  for (const parameter of layers.flatMap(({ parameters }) => parameters)) {
    const at = store.at(parameter.name);
    const stored = arena.subarray(at, at + parameter.storage);
    const lists = parameter.lists ? await readLists(store, parameter.name) : undefined;
    if (deadGradients) lists?.fill(0xffffffff);
    const repacked = parameter.pack(parameter.unpack(stored, lists), lists);
    const wrong = stored.findIndex((value, i) => value !== repacked[i]);
    if (wrong >= 0) {
      throw new Error(`${parameter.name}: ${stored[wrong]!} in the padding of its gradient`);
    }
  }
}
